/**
 * How requests are sent: with limits to time and size, no redirects, and no secret in any failure.
 */
@NullMarked
package io.holdfast.notifications.http;

import org.jspecify.annotations.NullMarked;
