/** A site to which only so many bytes pass in a second. */
@NullMarked
package io.holdfast.storage.limit;

import org.jspecify.annotations.NullMarked;
