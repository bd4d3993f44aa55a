/**
 * What tests need of the world: real servers of every supported version, load on them, and ways to
 * compare what they hold. Test scope only.
 */
@NullMarked
package io.holdfast.testkit;

import org.jspecify.annotations.NullMarked;
