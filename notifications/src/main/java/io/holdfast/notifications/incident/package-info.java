/** What is wrong, what was told of it, and what is to be told next. No threads, no network. */
@NullMarked
package io.holdfast.notifications.incident;

import org.jspecify.annotations.NullMarked;
