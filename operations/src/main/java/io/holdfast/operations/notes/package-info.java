/** What is said about a backup after it was made: that it is pinned, that it is to be removed. */
@NullMarked
package io.holdfast.operations.notes;

import org.jspecify.annotations.NullMarked;
