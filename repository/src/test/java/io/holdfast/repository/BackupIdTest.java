package io.holdfast.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BackupIdTest {
  private static final Instant NOW = Instant.parse("2026-11-26T07:38:00.4Z");

  /** Many backups of a small cluster fit into a second, and the later one is the newest. */
  @Test
  void backupsOfTheSameSecondSortAsTheyWereMade() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      List<BackupId> made = new ArrayList<>(List.of(BackupId.next(NOW, random)));
      while (made.size() < 200) {
        made.add(BackupId.next(NOW, random, Optional.of(made.getLast())));
      }
      assertThat(made).as("seed %s", seed).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void aSecondThatIsFullIsFollowedByTheNext() {
    BackupId last = new BackupId("20261126T073800Z-zzzz");
    assertThat(BackupId.next(NOW, new Random(1), Optional.of(last)).text())
        .startsWith("20261126T073801Z-");
  }

  @Test
  void aNewestOneFromTheFutureChangesNothing() {
    BackupId future = BackupId.next(NOW.plusSeconds(3600), new Random(1));
    assertThat(BackupId.next(NOW, new Random(1), Optional.of(future)).text())
        .startsWith("20261126T073800Z-");
  }

  @Test
  void whatNamesNoTimeIsNoId() {
    assertThatThrownBy(() -> new BackupId("20261399T073800Z-abcd"))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("is not a backup id");
  }
}
