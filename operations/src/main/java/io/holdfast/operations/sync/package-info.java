/** Brings a site of the repository up to date. */
@NullMarked
package io.holdfast.operations.sync;

import org.jspecify.annotations.NullMarked;
