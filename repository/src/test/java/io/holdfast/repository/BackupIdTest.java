package io.holdfast.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BackupIdTest {
  private static final Instant NOW = Instant.parse("2026-11-26T07:38:00.4Z");

  /** Two backups of a small cluster fit into a second, and the later one is the newest. */
  @Test
  void backupsOfTheSameSecondSortAsTheyWereMade() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      List<BackupId> made = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Optional<BackupId> newest = made.isEmpty() ? Optional.empty() : Optional.of(made.getLast());
        made.add(BackupId.next(NOW, random, newest));
      }
      assertThat(made).as("seed %s", seed).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void aNewestOneFromTheFutureChangesNothing() {
    BackupId future = BackupId.next(NOW.plusSeconds(3600), new Random(1));
    assertThat(BackupId.next(NOW, new Random(1), Optional.of(future)).text())
        .startsWith("20261126T073800Z-");
  }
}
