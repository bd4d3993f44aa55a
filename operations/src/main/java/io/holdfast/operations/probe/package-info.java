/** Whether a site keeps what a repository relies on. */
@NullMarked
package io.holdfast.operations.probe;

import org.jspecify.annotations.NullMarked;
