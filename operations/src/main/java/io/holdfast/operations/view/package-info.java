/**
 * What there is, as programs are told it: the documented, stable JSON that commands print with
 * {@code --json} and that the API answers. Times are ISO-8601 in UTC; what is not known is null, or
 * left out where a component says so.
 */
@NullMarked
package io.holdfast.operations.view;

import org.jspecify.annotations.NullMarked;
