/** Stores that fail, lie and die on demand. */
@NullMarked
package io.holdfast.testkit.storage;

import org.jspecify.annotations.NullMarked;
