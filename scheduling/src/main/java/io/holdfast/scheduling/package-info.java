/**
 * When something is due: cron lines and plain words, time zones, jitter, blackouts. Architecture
 * invariant: no I/O and no clock here; the moment is always handed in.
 */
@NullMarked
package io.holdfast.scheduling;

import org.jspecify.annotations.NullMarked;
