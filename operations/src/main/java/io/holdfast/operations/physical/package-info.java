/**
 * What the manifest of a physical backup says besides its files. The verbs share it and none owns
 * it, so that it knows none of them.
 */
@NullMarked
package io.holdfast.operations.physical;

import org.jspecify.annotations.NullMarked;
