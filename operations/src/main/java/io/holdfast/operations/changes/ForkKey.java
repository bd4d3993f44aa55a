package io.holdfast.operations.changes;

/** One fork of one relation, as WAL names it; unsigned object ids. */
record ForkKey(int tablespace, int database, int relation, int fork) {}
