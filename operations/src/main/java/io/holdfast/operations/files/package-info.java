/** What a backup of files says of itself, for whoever takes, shows or restores one. */
@NullMarked
package io.holdfast.operations.files;

import org.jspecify.annotations.NullMarked;
