package io.holdfast.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.notifications.Problem;
import io.holdfast.notifications.Severity;
import io.holdfast.operations.status.ClusterStatus;
import io.holdfast.operations.status.RecoverableWindow;
import io.holdfast.operations.wal.WalGap;
import io.holdfast.postgres.Lsn;
import io.holdfast.repository.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MissingWalTest {
  private static final Instant NOW = Instant.parse("2026-11-27T08:00:00Z");
  private static final WalGap GAP =
      new WalGap(
          1,
          new Lsn(0x16000000),
          new Lsn(0x17000000),
          "000000010000000000000016",
          "000000010000000000000016",
          1);

  @Test
  void aHoleThatNoBackupLiesBehindIsCritical() {
    List<Problem> found =
        found(status(List.of(window(List.of(), Duration.ofDays(3))), List.of(GAP)));
    assertThat(found).hasSize(1);
    Problem problem = found.getFirst();
    assertThat(problem.key()).isEqualTo("wal.gap.0/16000000");
    assertThat(problem.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(problem.title()).contains("nothing after");
    assertThat(problem.text()).contains("000000010000000000000016");
    assertThat(problem.hint()).contains("holdfast backup shop");
  }

  @Test
  void aHoleWithABackupBehindItIsToldForADay() {
    RecoverableWindow first = window(List.of(), Duration.ofDays(3));
    List<Problem> fresh =
        found(status(List.of(first, window(List.of(GAP), Duration.ofHours(23))), List.of()));
    assertThat(fresh).extracting(Problem::key).containsExactly("wal.gap.0/16000000");
    assertThat(fresh).extracting(Problem::severity).containsExactly(Severity.WARNING);
    assertThat(found(status(List.of(first, window(List.of(GAP), Duration.ofHours(25))), List.of())))
        .isEmpty();
  }

  @Test
  void whereWalIsNotReceivedABackupIsNoReasonToLook() {
    List<Problem> found = new ArrayList<>();
    ClusterStatus status = status(List.of(window(List.of(), Duration.ofDays(3))), List.of(GAP));
    MissingWal missing =
        new MissingWal(name -> status, (cluster, problems) -> found.addAll(problems), () -> NOW);
    try (missing) {
      missing.lookAgain("shop");
    }
    assertThat(found).isEmpty();
  }

  @Test
  void withoutAHoleNothingIsWrong() {
    assertThat(found(status(List.of(window(List.of(), Duration.ofHours(1))), List.of()))).isEmpty();
    assertThat(found(status(List.of(), List.of()))).isEmpty();
  }

  private static List<Problem> found(ClusterStatus status) {
    List<Problem> found = new ArrayList<>();
    MissingWal missing =
        new MissingWal(name -> status, (cluster, problems) -> found.addAll(problems), () -> NOW);
    try (missing) {
      missing.look("shop");
    }
    return found;
  }

  private static RecoverableWindow window(List<WalGap> before, Duration age) {
    Instant from = NOW.minus(age);
    return new RecoverableWindow(
        7,
        1,
        1,
        from,
        from.plusSeconds(60),
        new Lsn(0x3000000),
        new Lsn(0x16000000),
        List.of(new BackupId("20261127T030000Z-aaaa")),
        before);
  }

  private static ClusterStatus status(List<RecoverableWindow> windows, List<WalGap> after) {
    return new ClusterStatus(
        "shop",
        true,
        windows,
        after,
        1,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        1,
        1,
        Map.of(),
        0,
        0,
        Map.of(),
        0);
  }
}
