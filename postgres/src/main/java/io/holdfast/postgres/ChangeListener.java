package io.holdfast.postgres;

/**
 * Told, record by record and in the order of the log, which blocks of which relation files WAL
 * changes. Object ids and block numbers are unsigned. Called on the feeding thread.
 *
 * <p>What is not told, because no log says it whole: free space maps and visibility maps (clearing
 * a bit of the latter is not logged as a change of its page before 17.11 and 18.5),
 * pg_filenode.map, pg_xact and the other SLRUs, and hint bits. Whoever copies must take those anew
 * each time.
 */
public interface ChangeListener {
  /**
   * A record begins; everything up to the next call is its doing.
   *
   * @param start its LSN
   * @param previous LSN of the record before it, as it says itself
   */
  void record(long start, long previous);

  /** A block of the main or init fork was changed. */
  void block(int tablespace, int database, int relation, int fork, int block);

  /**
   * A fork was cut to that many blocks, or is new or gone if none: what it held beyond is of no
   * more use, and holds zeros unless it is changed again.
   */
  void truncated(int tablespace, int database, int relation, int fork, long blocks);

  /** A database's directory in a tablespace is new or gone; its files were made without a log. */
  void databaseReset(int tablespace, int database);

  /**
   * Told after {@link #databaseReset} of the new directory, if its files were copied from another
   * one: recovery will copy them from there once more, as they are then.
   */
  default void databaseCopied(
      int fromTablespace, int fromDatabase, int toTablespace, int toDatabase) {}

  /** A record changes files in a way that this program does not know: nothing is certain now. */
  void unknown(String why);
}
