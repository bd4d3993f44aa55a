/** {@code holdfast demo}: the whole promise, on a server of its own, in a minute. */
@NullMarked
package io.holdfast.cli.demo;

import org.jspecify.annotations.NullMarked;
