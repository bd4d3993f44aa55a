/** What waits to be sent, and the threads that send it. */
@NullMarked
package io.holdfast.notifications.delivery;

import org.jspecify.annotations.NullMarked;
