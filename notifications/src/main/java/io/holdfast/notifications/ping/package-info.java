/** Signals to a watcher outside. */
@NullMarked
package io.holdfast.notifications.ping;

import org.jspecify.annotations.NullMarked;
