/** The options of holdfast.yaml, each declared once. */
@NullMarked
package io.holdfast.settings.options;

import org.jspecify.annotations.NullMarked;
