/**
 * What a logical backup consists of: the names of its files and the formats of those that are ours.
 * The verbs share it and none owns it.
 */
@NullMarked
package io.holdfast.operations.logical;

import org.jspecify.annotations.NullMarked;
