/** Reads YAML nodes into values by declared types, and collects every fault with its place. */
@NullMarked
package io.holdfast.settings.binding;

import org.jspecify.annotations.NullMarked;
