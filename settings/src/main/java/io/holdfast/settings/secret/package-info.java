/** The places where secrets come from. */
@NullMarked
package io.holdfast.settings.secret;

import org.jspecify.annotations.NullMarked;
