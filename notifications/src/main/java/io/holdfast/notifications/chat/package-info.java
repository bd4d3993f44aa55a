/** The services that are told by HTTP, each with its own form and limits. */
@NullMarked
package io.holdfast.notifications.chat;

import org.jspecify.annotations.NullMarked;
