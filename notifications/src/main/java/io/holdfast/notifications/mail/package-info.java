/** Mail, by SMTP. */
@NullMarked
package io.holdfast.notifications.mail;

import org.jspecify.annotations.NullMarked;
