package io.holdfast.postgres.wal;

/** What becomes of each record. */
interface RecordSink {
  /**
   * @param record whole and with a right checksum; used again once this returns
   * @param end LSN after it
   */
  void accept(RawRecord record, long end);
}
