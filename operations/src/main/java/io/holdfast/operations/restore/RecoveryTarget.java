package io.holdfast.operations.restore;

import io.holdfast.postgres.Lsn;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Where replay is to end. The meaning is PostgreSQL's own (xlogrecovery.c): a time stops before the
 * first commit or abort later than it (exclusive: not earlier than it); an LSN stops after the
 * first record that starts at it or later (exclusive: before that record); an xid stops after its
 * commit or abort (exclusive: before).
 */
public sealed interface RecoveryTarget {
  /** The end of the archived WAL. */
  record Latest() implements RecoveryTarget {
    @Override
    public String toString() {
      return "latest";
    }
  }

  /** As soon as the copy is consistent: the end of the backup. */
  record Immediate() implements RecoveryTarget {
    @Override
    public String toString() {
      return "immediate";
    }
  }

  /**
   * A moment of the server's clock.
   *
   * @param assumedZone the zone in which a text without one was read; empty if the text had one
   */
  record Moment(Instant instant, boolean inclusive, Optional<ZoneId> assumedZone)
      implements RecoveryTarget {
    @Override
    public String toString() {
      return (inclusive ? "" : "just before ") + instant;
    }
  }

  /** A position in the WAL. */
  record Position(Lsn lsn, boolean inclusive) implements RecoveryTarget {
    @Override
    public String toString() {
      return (inclusive ? "" : "just before ") + "LSN " + lsn;
    }
  }

  /**
   * The end of a transaction.
   *
   * @param xid of which only the low 32 bits are compared, as in the server
   */
  record Transaction(long xid, boolean inclusive) implements RecoveryTarget {
    @Override
    public String toString() {
      return (inclusive ? "" : "just before ") + "transaction " + Long.toUnsignedString(xid);
    }
  }

  /** A restore point made by pg_create_restore_point. */
  record Named(String name) implements RecoveryTarget {
    @Override
    public String toString() {
      return "restore point '" + name + "'";
    }
  }

  /**
   * Reads what a person writes: {@code latest}, {@code immediate}, {@code 0/500EFC8}, {@code
   * xid:751}, {@code name:before_migration}, or a time.
   *
   * @param local zone of times that have none
   * @param exclusive stop just before the target instead of just after
   * @throws io.holdfast.vocabulary.HoldfastException (usage) if it is none of these
   */
  static RecoveryTarget parse(String text, ZoneId local, boolean exclusive) {
    return TargetText.parse(text, local, exclusive);
  }
}
