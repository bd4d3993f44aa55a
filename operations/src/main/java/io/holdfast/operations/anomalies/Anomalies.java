package io.holdfast.operations.anomalies;

import io.holdfast.operations.anomalies.Anomaly.Code;
import io.holdfast.operations.backup.BackupSummary;
import io.holdfast.operations.files.FilesDetails;
import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.operations.logical.LogicalDetails.DumpedDatabase;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.repository.BackupId;
import io.holdfast.vocabulary.ByteSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Compares backups with those before them that were asked for the same: of their kind and, where
 * only some databases or directories were asked for, of the same ones. What counts as far from
 * usual, and why, says {@link Usual}.
 */
public final class Anomalies {
  private static final long NOTABLE_BYTES = 16L << 20;
  private static final long NOTABLE_MILLIS = Duration.ofMinutes(10).toMillis();

  /** So many rows are not forgotten by chance. */
  private static final long MANY_ROWS = 100;

  private static final long NOTABLE_ROWS = 1000;
  private static final long NOTABLE_TABLES = 3;

  private final BackupSummary backup;
  private final List<BackupSummary> before;
  private final List<Anomaly> found = new ArrayList<>();

  /**
   * @param before comparable ones, the newest last
   */
  private Anomalies(BackupSummary backup, List<BackupSummary> before) {
    this.backup = backup;
    this.before = before;
  }

  /**
   * Of each backup that has any.
   *
   * @param backups of one cluster, oldest first
   */
  public static Map<BackupId, List<Anomaly>> among(List<BackupSummary> backups) {
    Map<BackupId, List<Anomaly>> all = new LinkedHashMap<>();
    Map<String, List<BackupSummary>> before = new LinkedHashMap<>();
    for (BackupSummary backup : backups) {
      List<BackupSummary> same = before.computeIfAbsent(sort(backup), each -> new ArrayList<>());
      List<Anomaly> anomalies = new Anomalies(backup, List.copyOf(same)).look();
      if (!anomalies.isEmpty()) {
        all.put(backup.id(), anomalies);
      }
      same.add(backup);
      if (same.size() > Usual.HISTORY) {
        same.removeFirst();
      }
    }
    return all;
  }

  /** The newest backup of each sort that there is, and what is unusual about it. */
  public static Map<BackupId, List<Anomaly>> ofNewest(List<BackupSummary> backups) {
    Map<String, BackupId> newest = new LinkedHashMap<>();
    backups.forEach(backup -> newest.put(sort(backup), backup.id()));
    Map<BackupId, List<Anomaly>> all = among(backups);
    all.keySet().retainAll(newest.values());
    return all;
  }

  /** The same for those that can be compared. */
  private static String sort(BackupSummary backup) {
    String asked =
        backup
            .logical()
            .map(logical -> logical.choice().words())
            .or(() -> backup.ofFiles().map(FilesDetails::directories).map(List::toString))
            .orElse("");
    return backup.kind() + " " + asked;
  }

  private List<Anomaly> look() {
    size();
    duration();
    if (backup.kind().equals(LogicalFiles.KIND)) {
      backup.logical().ifPresent(this::databases);
    }
    return found;
  }

  private Usual usual(ToLongFunction<BackupSummary> figure) {
    return Usual.of(before.stream().map(figure::applyAsLong).toList());
  }

  private void size() {
    long bytes = backup.totals().bytes();
    Usual usual = usual(each -> each.totals().bytes());
    if (usual.fellFar(bytes, NOTABLE_BYTES)) {
      found(Code.SIZE_DROPPED, "", atLeast(usual, ByteSize::format), ByteSize.format(bytes));
    } else if (usual.roseFar(bytes, 2, NOTABLE_BYTES)) {
      found(Code.SIZE_GREW, "", atMost(usual, ByteSize::format), ByteSize.format(bytes));
    }
  }

  /** The first one, and any that reads everything, takes longer than those that read changes. */
  private void duration() {
    boolean built = backup.parent().isPresent();
    Usual usual =
        Usual.of(
            before.stream()
                .filter(each -> each.parent().isPresent() == built)
                .map(each -> each.took().toMillis())
                .toList());
    long millis = backup.took().toMillis();
    if (usual.roseFar(millis, 3, NOTABLE_MILLIS)) {
      found(Code.DURATION_LONG, "", atMost(usual, Anomalies::minutes), minutes(millis));
    }
  }

  private void databases(LogicalDetails now) {
    Map<String, List<DumpedDatabase>> past = new LinkedHashMap<>();
    for (BackupSummary each : before) {
      each.logical()
          .map(LogicalDetails::databases)
          .orElse(List.of())
          .forEach(database ->
              past.computeIfAbsent(database.name(), name -> new ArrayList<>()).add(database));
    }
    past.forEach((name, dumped) -> {
      Optional<DumpedDatabase> database = now.database(name);
      if (database.isPresent()) {
        compare(database.get(), dumped);
      } else if (most(dumped, DumpedDatabase::rows) >= MANY_ROWS) {
        found(
            Code.DATABASE_GONE,
            name,
            "the database, with " + most(dumped, DumpedDatabase::rows) + " rows before",
            "none");
      }
    });
  }

  private void compare(DumpedDatabase now, List<DumpedDatabase> before) {
    Usual rows = Usual.of(before.stream().map(DumpedDatabase::rows).toList());
    Usual tables = Usual.of(before.stream().map(DumpedDatabase::tables).toList());
    long mostRows = most(before, DumpedDatabase::rows);
    if (now.rows() == 0 && mostRows >= MANY_ROWS) {
      found(Code.ROWS_GONE, now.name(), "rows, as there were up to " + mostRows, "none");
    } else if (rows.fellFar(now.rows(), NOTABLE_ROWS)) {
      found(
          Code.ROWS_DROPPED,
          now.name(),
          atLeast(rows, count -> count + " rows"),
          now.rows() + " rows");
    }
    if ((now.tables() == 0 && most(before, DumpedDatabase::tables) >= NOTABLE_TABLES)
        || tables.fellFar(now.tables(), NOTABLE_TABLES)) {
      found(
          Code.TABLES_GONE,
          now.name(),
          "about " + most(before, DumpedDatabase::tables) + " tables",
          Long.toString(now.tables()));
    }
  }

  private static long most(List<DumpedDatabase> dumped, ToLongFunction<DumpedDatabase> figure) {
    return dumped.stream().mapToLong(figure).max().orElse(0);
  }

  private static String atLeast(Usual usual, Function<Long, String> words) {
    return "at least about " + words.apply(usual.least()) + ", as in the last " + usual.count();
  }

  private static String atMost(Usual usual, Function<Long, String> words) {
    return "at most about " + words.apply(usual.most()) + ", as in the last " + usual.count();
  }

  private static String minutes(long millis) {
    return Duration.ofMillis(millis).toMinutes() + " min";
  }

  private void found(Code code, String subject, String expected, String found) {
    String of = subject.isEmpty() ? "" : "database " + subject + ": ";
    this.found.add(new Anomaly(code, subject, of + "expected " + expected + "; found " + found));
  }
}
