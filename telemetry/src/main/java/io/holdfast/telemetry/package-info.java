/**
 * What happens, told to whatever understands OpenTelemetry. Its libraries are loaded only where its
 * environment variables name a receiver.
 *
 * <p>Architecture invariant: the only room that knows OpenTelemetry; decides nothing, and whatever
 * becomes of what it sends keeps nobody waiting.
 */
@NullMarked
package io.holdfast.telemetry;

import org.jspecify.annotations.NullMarked;
