/**
 * What Holdfast knows of PostgreSQL 14 to 18: connections, replication, the control file, pages,
 * the WAL format, data directories, programs. The front of the room is this package; sub-packages
 * are private to it.
 *
 * <p>Architecture invariant: knows no backup and no repository.
 */
@NullMarked
package io.holdfast.postgres;

import org.jspecify.annotations.NullMarked;
