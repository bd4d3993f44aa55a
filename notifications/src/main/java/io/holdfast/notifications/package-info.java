/**
 * Tells people what is wrong: {@link io.holdfast.notifications.Notifier} keeps incidents and sends
 * each once, {@link io.holdfast.notifications.Channels} opens the ways to people, {@link
 * io.holdfast.notifications.Pings} tells an outside watcher that work began and how it ended.
 *
 * <p>Architecture invariant: knows no PostgreSQL, no repository and no configuration file.
 */
@NullMarked
package io.holdfast.notifications;

import org.jspecify.annotations.NullMarked;
