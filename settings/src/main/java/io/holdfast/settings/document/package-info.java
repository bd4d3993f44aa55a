/** What is made from the declared options for people and editors to read. */
@NullMarked
package io.holdfast.settings.document;

import org.jspecify.annotations.NullMarked;
