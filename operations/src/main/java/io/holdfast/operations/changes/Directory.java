package io.holdfast.operations.changes;

/** A database's directory in a tablespace; unsigned object ids. */
record Directory(int tablespace, int database) {}
