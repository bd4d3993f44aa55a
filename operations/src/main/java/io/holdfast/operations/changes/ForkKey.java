package io.holdfast.operations.changes;

/** One fork of one relation, as WAL names it; unsigned object ids. */
record ForkKey(int tablespace, int database, int relation, int fork) {
  boolean is(int ofTablespace, int ofDatabase, int ofRelation, int ofFork) {
    return relation == ofRelation
        && database == ofDatabase
        && tablespace == ofTablespace
        && fork == ofFork;
  }
}
