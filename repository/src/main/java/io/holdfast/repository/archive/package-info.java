/** The repository as a whole: opening it, its clusters, its key slots. */
@NullMarked
package io.holdfast.repository.archive;

import org.jspecify.annotations.NullMarked;
