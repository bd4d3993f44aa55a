package io.holdfast.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.notifications.Problem;
import io.holdfast.operations.anomalies.Anomaly;
import io.holdfast.repository.BackupId;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnusualBackupsTest {
  private static final BackupId ID = new BackupId("20261127T020000Z-a2b3");

  private final List<List<Problem>> told = new ArrayList<>();

  @Test
  void whatIsUnusualIsToldAndWhatIsNotEndsIt() {
    List<Map<BackupId, List<Anomaly>>> looks =
        new ArrayList<>(
            List.of(
                Map.of(
                    ID,
                    List.of(new Anomaly(Anomaly.Code.ROWS_GONE, "shop", "expected rows, found 0"))),
                Map.of()));

    try (UnusualBackups unusual =
        new UnusualBackups(
            cluster -> looks.removeFirst(), (cluster, problems) -> told.add(problems))) {
      unusual.look("main", "r1");
      unusual.look("main", "r2");
    }

    assertThat(told).hasSize(2);
    assertThat(told.getFirst())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.key()).isEqualTo("backup.unusual.rows.gone.shop");
          assertThat(problem.title()).contains("expected rows, found 0");
          assertThat(problem.hint()).contains("holdfast backups show " + ID.text());
          assertThat(problem.run()).isEqualTo("r1");
        });
    assertThat(told.getLast()).isEmpty();
  }

  @Test
  void aRepositoryThatIsAwayEndsNothing() {
    try (UnusualBackups unusual =
        new UnusualBackups(
            cluster -> {
              throw new HoldfastException(ExitStatus.REPOSITORY_FAILED, "away", null);
            },
            (cluster, problems) -> told.add(problems))) {
      unusual.look("main", "r1");
    }

    assertThat(told).isEmpty();
  }
}
