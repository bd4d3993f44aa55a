/** Who gets in, and how much of it: everything that knows HTTP. */
@NullMarked
package io.holdfast.api.http;

import org.jspecify.annotations.NullMarked;
