/**
 * Takes physical backups, lists and deletes them.
 *
 * <p>{@link io.holdfast.operations.backup.PhysicalBackup} is the list of steps; a walk of the data
 * directory is cut into pieces, workers copy them, one thread adds the files in order. {@link
 * io.holdfast.operations.physical.PhysicalDetails} is what a restore reads.
 */
@NullMarked
package io.holdfast.operations.backup;

import org.jspecify.annotations.NullMarked;
