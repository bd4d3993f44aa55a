/** Composes the rooms; the only place that knows which implementation stands behind what. */
@NullMarked
package io.holdfast.cli.wiring;

import org.jspecify.annotations.NullMarked;
