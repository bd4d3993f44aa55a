/**
 * The WAL archive: what lies there, how it gets in (streaming, push) and out (get).
 *
 * <p>{@link io.holdfast.operations.wal.WalArchive} knows names and content, {@link
 * io.holdfast.operations.wal.Receiver} streams, {@link io.holdfast.operations.wal.WalDesk} serves
 * PostgreSQL's archive_command and restore_command from a resident process.
 */
@NullMarked
package io.holdfast.operations.wal;

import org.jspecify.annotations.NullMarked;
