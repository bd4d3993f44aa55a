package io.holdfast.postgres;

import java.time.LocalDateTime;

/**
 * The head of an archive of pg_dump.
 *
 * @param minor of the archive's version: 14 for 1.14
 * @param offsetSize bytes of an offset in its table of contents
 * @param created by the clock and the time zone of the machine that pg_dump ran on
 * @param serverVersion of the server that was dumped, as it says it
 * @param dumpVersion of pg_dump
 */
public record DumpHeader(
    int minor,
    int offsetSize,
    LocalDateTime created,
    String database,
    String serverVersion,
    String dumpVersion) {}
