/** Dumps of logical backups: looking into them, getting them out, restoring them. */
@NullMarked
package io.holdfast.operations.dump;

import org.jspecify.annotations.NullMarked;
