package io.holdfast.operations.dump;

/**
 * A database in a logical backup.
 *
 * @param number by which its files are named
 * @param bytes of its archive
 */
public record DumpedDatabase(int number, String name, long bytes) {}
