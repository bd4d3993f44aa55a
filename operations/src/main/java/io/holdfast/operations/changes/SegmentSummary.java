package io.holdfast.operations.changes;

/**
 * What the records that begin in one segment changed.
 *
 * @param firstRecord LSN of the first of them; 0 if none begins here
 * @param firstPrevious LSN of the record before it, as it says itself
 * @param lastRecord LSN of the last of them; 0 if none begins here
 */
record SegmentSummary(ChangeMap changes, long firstRecord, long firstPrevious, long lastRecord) {
  boolean isEmpty() {
    return firstRecord == 0;
  }
}
