package io.holdfast.operations.proof;

import io.holdfast.operations.proof.Proof.TableRows;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.CopySession;
import io.holdfast.postgres.CopySession.TableCount;
import io.holdfast.postgres.PostgresException;
import io.holdfast.vocabulary.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the databases of a running copy hold: rows, sequences, and what the user says of them. */
final class CopyContent {
  /** As long as a statement of the user's may take. */
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  /** A table that had fewer rows may well be empty at times. */
  private static final long MANY = 100;

  private final ConnectionSettings connection;
  private final Ledger ledger;
  private final Progress progress;

  CopyContent(ConnectionSettings connection, Ledger ledger, Progress progress) {
    this.connection = connection;
    this.ledger = ledger;
    this.progress = progress;
  }

  /**
   * Counts every table.
   *
   * @param databases as they are called in the copy, by the names that they have for people
   * @return the largest ones
   */
  List<TableRows> count(Map<String, String> databases) {
    List<TableRows> all = new ArrayList<>();
    databases.forEach((name, inCopy) -> {
      progress.begin("counting the rows of " + name, 0);
      try {
        count(name, inCopy, all);
      } catch (PostgresException e) {
        write(name, e);
      }
      progress.end();
    });
    return all;
  }

  private void count(String name, String inCopy, List<TableRows> all) {
    try (CopySession session = CopySession.connect(connection.with("dbname", inCopy))) {
      for (TableCount each : session.counts()) {
        all.add(new TableRows(name, each.qualified(), each.rows()));
      }
      session
          .sequencesBehind()
          .forEach(text -> ledger.finding(FindingCode.SEQUENCE_BEHIND, "database " + name, text));
    }
  }

  private void write(String name, PostgresException failure) {
    String said = String.valueOf(failure.getMessage());
    if (failure.saysDamage()) {
      ledger.finding(
          failure.saysUnreadableFile() ? FindingCode.FILE_UNREADABLE : FindingCode.HEAP_CORRUPT,
          "database " + name,
          said);
    } else {
      ledger.gap("database " + name + " could not be counted: " + said);
    }
  }

  static List<TableRows> largest(List<TableRows> all) {
    return all.stream()
        .sorted(Comparator.comparingLong(TableRows::rows).reversed())
        .limit(Proof.TABLES)
        .toList();
  }

  /** Tables that had many rows in an earlier proof and have none now. */
  void compareWith(Optional<Proof> earlier, List<TableRows> now) {
    if (earlier.isEmpty()) {
      return;
    }
    Map<String, Long> rows = new HashMap<>();
    now.forEach(each -> rows.put(each.database() + "\0" + each.table(), each.rows()));
    for (TableRows before : earlier.get().tables()) {
      Long found = rows.get(before.database() + "\0" + before.table());
      if (before.rows() >= MANY && (found == null || found == 0)) {
        ledger.finding(
            FindingCode.ROWS_VANISHED,
            before.table() + " in database " + before.database(),
            before.rows()
                + " rows in the proof of backup "
                + earlier.get().backup()
                + ", now "
                + (found == null ? "no such table" : "none"));
      }
    }
  }

  /**
   * Asks what the user says of his data.
   *
   * @param target the moment that the copy shows
   * @return how many hold
   */
  int ask(List<Assertion> assertions, Map<String, String> databases, Instant target) {
    int hold = 0;
    for (Assertion each : assertions) {
      String inCopy = databases.get(each.database());
      String subject = "'" + each.name() + "' in database " + each.database();
      if (inCopy == null) {
        ledger.finding(FindingCode.ASSERTION_ERROR, subject, "the copy has no such database");
        continue;
      }
      progress.begin("asking " + each.name(), 0);
      try (CopySession session = CopySession.connect(connection.with("dbname", inCopy))) {
        if (session.holds(each.asked(target), PATIENCE)) {
          hold++;
        } else {
          ledger.finding(FindingCode.ASSERTION_FAILED, subject, each.sql() + " is not true");
        }
      } catch (PostgresException e) {
        ledger.finding(FindingCode.ASSERTION_ERROR, subject, String.valueOf(e.getMessage()));
      }
      progress.end();
    }
    return hold;
  }
}
