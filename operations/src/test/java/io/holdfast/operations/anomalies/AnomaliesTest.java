package io.holdfast.operations.anomalies;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.anomalies.Anomaly.Code;
import io.holdfast.operations.backup.BackupSummary;
import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.operations.logical.LogicalDetails.Choice;
import io.holdfast.operations.logical.LogicalDetails.DumpedDatabase;
import io.holdfast.operations.logical.LogicalDetails.Moment;
import io.holdfast.operations.logical.LogicalDetails.Server;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Manifest.Totals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Series of backups, and which of them are called unusual. */
final class AnomaliesTest {
  private static final Instant FIRST = Instant.parse("2026-06-01T02:00:00Z");
  private static final long GB = 1_000_000_000L;

  private final List<BackupSummary> series = new ArrayList<>();

  private void physical(int count, IntToLongFunction bytes) {
    IntStream.range(0, count)
        .forEach(number -> physical(bytes.applyAsLong(number), 20, number > 0));
  }

  private void physical(long bytes, long minutes, boolean built) {
    Optional<BackupId> parent = built ? Optional.of(series.getLast().id()) : Optional.empty();
    series.add(backup("physical", bytes, minutes, parent, Optional.empty()));
  }

  private BackupSummary backup(
      String kind,
      long bytes,
      long minutes,
      Optional<BackupId> parent,
      Optional<LogicalDetails> logical) {
    Instant at = FIRST.plus(Duration.ofDays(series.size()));
    String id = at.toString().replaceAll("[-:]", "") + "-" + String.format("%04d", series.size());
    return new BackupSummary(
        new BackupId(id),
        kind,
        at,
        at.plus(Duration.ofMinutes(minutes)),
        new Totals(1, 1, 0, bytes, bytes, bytes / 3, 0),
        parent,
        Optional.empty(),
        logical,
        Optional.empty());
  }

  private void dump(Choice choice, DumpedDatabase... databases) {
    LogicalDetails details =
        new LogicalDetails(
            new Server(180_000, "18.0", OptionalLong.empty(), false),
            "18.0",
            new Moment(FIRST, FIRST, true),
            List.of(databases),
            true,
            true,
            List.of(),
            List.of(),
            1,
            Duration.ZERO,
            choice);
    series.add(backup("logical", 1000, 1, Optional.empty(), Optional.of(details)));
  }

  private static DumpedDatabase database(String name, long tables, long rows) {
    return new DumpedDatabase(1, name, 1000, 1000, tables, rows, 0, Duration.ZERO);
  }

  private List<Code> codes() {
    return Anomalies.among(series).values().stream()
        .flatMap(List::stream)
        .map(Anomaly::code)
        .toList();
  }

  private List<Code> ofLast() {
    return Anomalies.ofNewest(series).getOrDefault(series.getLast().id(), List.of()).stream()
        .map(Anomaly::code)
        .toList();
  }

  @Test
  void aSteadySeriesIsUsual() {
    Random random = new Random(1);
    physical(100, day -> 50 * GB + random.nextLong(5 * GB));

    assertThat(codes()).isEmpty();
  }

  @Test
  void aGrowingSeriesIsUsualAndSoIsOneThatShrinksSlowly() {
    physical(60, day -> (long) (GB * Math.pow(1.2, day)));
    physical(60, day -> (long) (GB * Math.pow(1.2, 59 - day)));

    assertThat(codes()).isEmpty();
  }

  @Test
  void theFirstThreeBackupsOfANewDatabaseAreUsual() {
    long[] bytes = {8_000_000, 3 * GB, 40 * GB};
    physical(3, day -> bytes[day]);

    assertThat(codes()).isEmpty();
  }

  @Test
  void aWeeklyPatternIsUsualFromTheSecondWeekOn() {
    physical(100, day -> day % 7 == 6 ? 10 * GB : 3 * GB);
    assertThat(codes()).containsExactly(Code.SIZE_GREW);

    series.clear();
    physical(100, day -> day % 7 == 6 ? GB : 3 * GB);
    assertThat(codes()).containsExactly(Code.SIZE_DROPPED);
  }

  @Test
  void oneSpikeIsToldOnceAndDoesNotHideTheNext() {
    physical(60, day -> day == 20 || day == 50 ? 40 * GB : 10 * GB);
    Map<BackupId, List<Anomaly>> all = Anomalies.among(series);

    assertThat(all.keySet()).containsExactly(series.get(20).id(), series.get(50).id());
    assertThat(all.getOrDefault(series.get(20).id(), List.of()))
        .extracting(Anomaly::text)
        .containsExactly("expected at most about 10.0 GB, as in the last 14; found 40.0 GB");
    series.clear();
    physical(60, day -> day == 30 || day == 36 ? 40 * GB : 10 * GB);
    assertThat(codes()).containsExactly(Code.SIZE_GREW, Code.SIZE_GREW);
  }

  @Test
  void aBackupOfHalfTheDataIsNotUsual() {
    physical(30, day -> 50 * GB);
    physical(20 * GB, 20, true);

    assertThat(ofLast()).containsExactly(Code.SIZE_DROPPED);
    assertThat(codes()).hasSize(1);
  }

  @Test
  void whatIsSmallMayVary() {
    physical(40, day -> day % 2 == 0 ? 1_000_000 : 9_000_000);

    assertThat(codes()).isEmpty();
  }

  @Test
  void aBackupThatTakesThreeTimesAsLongAsAnyBeforeIsNotUsual() {
    physical(GB, 300, false);
    for (int day = 1; day < 20; day++) {
      physical(GB, 10 + day % 3, true);
    }
    assertThat(codes()).isEmpty();
    physical(GB, 90, true);
    physical(GB, 11, true);

    assertThat(codes()).containsExactly(Code.DURATION_LONG);
  }

  @Test
  void aDumpOfNoRowsWhereThereWereManyIsToldFromTheSecondDumpOn() {
    dump(Choice.ALL, database("shop", 10, 50_000), database("empty", 1, 3));
    dump(Choice.ALL, database("shop", 10, 0), database("empty", 1, 0));

    assertThat(ofLast()).containsExactly(Code.ROWS_GONE);
    assertThat(Anomalies.ofNewest(series).getOrDefault(series.getLast().id(), List.of()))
        .extracting(Anomaly::text)
        .containsExactly("database shop: expected rows, as there were up to 50000; found none");
    dump(Choice.ALL, database("shop", 10, 0), database("empty", 1, 0));
    assertThat(ofLast()).containsExactly(Code.ROWS_GONE);
  }

  @Test
  void tablesAndDatabasesThatAreGoneAreTold() {
    for (int day = 0; day < 6; day++) {
      dump(Choice.ALL, database("shop", 40 + day, 50_000), database("crm", 5, 700));
    }
    assertThat(codes()).isEmpty();
    dump(Choice.ALL, database("shop", 12, 9_000));

    assertThat(ofLast())
        .containsExactlyInAnyOrder(Code.ROWS_DROPPED, Code.TABLES_GONE, Code.DATABASE_GONE);
  }

  @Test
  void aDumpOfSomeDatabasesIsNotComparedWithOneOfAll() {
    for (int day = 0; day < 6; day++) {
      dump(Choice.ALL, database("shop", 40, 50_000), database("crm", 5, 700));
    }
    dump(new Choice(List.of("crm"), List.of(), List.of()), database("crm", 5, 700));
    physical(GB, 600, false);

    assertThat(codes()).isEmpty();
  }

  @Test
  void onlyTheNewestOfEachKindIsAskedFor() {
    physical(30, day -> day == 20 ? 400 * GB : 50 * GB);

    assertThat(codes()).hasSize(1);
    assertThat(Anomalies.ofNewest(series)).isEmpty();
  }
}
