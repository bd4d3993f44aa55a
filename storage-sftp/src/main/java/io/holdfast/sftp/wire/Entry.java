package io.holdfast.sftp.wire;

/** A name in a directory. */
public record Entry(String name, FileStat stat) {}
