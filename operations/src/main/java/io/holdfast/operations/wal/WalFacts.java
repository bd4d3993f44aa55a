package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;
import java.time.Instant;
import java.util.Optional;

/**
 * What a segment, or a part of one, tells about itself.
 *
 * @param majorVersion of the server that wrote it
 * @param firstCommit of the first transaction that ends in it
 * @param lastCommit of the last one; commit times need not ascend, this is the latest
 * @param validUpTo end of the last whole record
 */
public record WalFacts(
    int majorVersion,
    Optional<Instant> firstCommit,
    Optional<Instant> lastCommit,
    Optional<Lsn> validUpTo) {}
