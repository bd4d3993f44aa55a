/**
 * The byte layouts: one class per format and version, its Javadoc the layout. No input or output.
 */
@NullMarked
package io.holdfast.repository.format;

import org.jspecify.annotations.NullMarked;
