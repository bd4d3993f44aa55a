/**
 * What programs are answered over HTTP, and what they may have done. Architecture invariants:
 * nobody is answered without a token; nothing restores, removes or overwrites; knows no settings,
 * no commands and no schedules, but is handed what it asks; the only room that knows Javalin and
 * Jetty, and loaded only when somebody is to be answered.
 */
@NullMarked
package io.holdfast.api;

import org.jspecify.annotations.NullMarked;
