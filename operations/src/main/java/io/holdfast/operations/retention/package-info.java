/** Deciding which backups stay, and removing what need not: backups, WAL, leftovers. */
@NullMarked
package io.holdfast.operations.retention;

import org.jspecify.annotations.NullMarked;
