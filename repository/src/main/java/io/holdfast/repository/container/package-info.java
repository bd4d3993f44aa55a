/** Writing and reading containers: frames in, frames out, compressed and sealed. */
@NullMarked
package io.holdfast.repository.container;

import org.jspecify.annotations.NullMarked;
