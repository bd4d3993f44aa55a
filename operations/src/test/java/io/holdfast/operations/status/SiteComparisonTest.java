package io.holdfast.operations.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.retention.Keeping;
import io.holdfast.operations.retention.Policy;
import io.holdfast.operations.status.SiteStatus.OfCluster;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.KeyPairText;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.repository.WriteOptions;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class SiteComparisonTest {
  private static final Instant NOW = Instant.parse("2026-11-22T08:17:00Z");
  private static final BackupId FIRST = new BackupId("20261122T080000Z-aaaa");
  private static final BackupId SECOND = new BackupId("20261122T090000Z-aaaa");
  private static final KeyPairText PAIR = KeyPairText.generate();

  private final Storage nas = Storages.memory("nas");
  private final Storage offsite = Storages.memory("offsite");
  private final List<SiteComparison.Place> places = new ArrayList<>();
  private Keeping keeping = Keeping.EVERYTHING;
  private Repository repository =
      Repository.create(
          nas, new KeySource.Keys(List.of(), List.of(PAIR.privateKey())), "first", () -> NOW);

  @BeforeEach
  void twoSites() {
    Repository.found(nas, offsite);
  }

  @AfterEach
  void close() {
    repository.close();
  }

  private static void backup(Repository on, BackupId id) {
    backup(on, id, "files");
  }

  private static void backup(Repository on, BackupId id, String kind) {
    try (BackupWriter writer = on.cluster("main").begin(id, WriteOptions.DEFAULT)) {
      writer.commit(
          new BackupWriter.Commit(
              kind, Optional.empty(), NOW, NOW, 0, new JsonMapper().createObjectNode()),
          () -> {});
    }
  }

  private static void wal(ClusterArchive cluster, int number, Instant lastCommit) {
    String name = String.format("7/00000001/0000000100000000000000%02X", number);
    cluster
        .objects("wal")
        .put(
            name,
            new byte[] {(byte) number},
            0,
            1,
            Map.of(
                "segment-size",
                "16777216",
                "last-commit",
                lastCommit.toString(),
                "valid-up-to",
                String.format("0/%X", (number + 1) * 16777216L)));
  }

  private List<SiteStatus> statuses() {
    places.add(place("nas", true, () -> repository.on(nas)));
    places.add(place("offsite", false, () -> repository.on(offsite)));
    return SiteComparison.of(places, repository, NOW);
  }

  private SiteComparison.Place place(String name, boolean required, Supplier<Repository> alone) {
    return new SiteComparison.Place(name, "/" + name, required, keeping, alone);
  }

  @Test
  void tellsWhatASiteLacksAndByHowMuch() {
    Repository there = repository.on(offsite);
    for (Repository on : List.of(repository, there)) {
      backup(on, FIRST);
      wal(on.cluster("main"), 1, NOW);
    }
    backup(repository, SECOND);
    wal(repository.cluster("main"), 2, NOW.plusSeconds(30));
    wal(repository.cluster("main"), 3, NOW.plusSeconds(90));
    List<SiteStatus> statuses = statuses();

    assertThat(statuses.get(0).complete()).isTrue();
    assertThat(statuses.get(1).complete()).isFalse();
    OfCluster main = statuses.get(1).clusters().getFirst();
    assertThat(main.newest()).contains(FIRST);
    assertThat(main.missingBackups()).containsExactly(SECOND);
    assertThat(main.missingWal()).isEqualTo(2);
    assertThat(main.walUpTo()).contains(NOW);
    assertThat(main.behind()).contains(Duration.ofSeconds(90));
  }

  @Test
  void whatASiteRemovedByItsRulesItDoesNotLack() {
    Repository there = repository.on(offsite);
    BackupId third = new BackupId("20261122T100000Z-aaaa");
    List.of(FIRST, SECOND, third).forEach(id -> backup(repository, id));
    backup(there, third);
    for (int segment = 1; segment <= 5; segment++) {
      wal(repository.cluster("main"), segment, NOW);
    }
    wal(there.cluster("main"), 3, NOW);
    wal(there.cluster("main"), 5, NOW);
    Policy two = new Policy(2, Map.of(), Optional.empty(), ZoneOffset.UTC, Duration.ZERO);
    keeping = new Keeping(cluster -> Optional.of(two), true);
    List<SiteStatus> statuses = statuses();

    assertThat(statuses.get(0).complete()).isTrue();
    OfCluster main = statuses.get(1).clusters().getFirst();
    assertThat(main.missingBackups()).containsExactly(SECOND);
    assertThat(main.missingWal()).isEqualTo(1);
  }

  /** Rules count each kind by itself, so a newer backup of another kind pushes none out. */
  @Test
  void asksTheRulesKindByKind() {
    backup(repository, FIRST, "physical-like");
    backup(repository, SECOND, "files");
    backup(repository.on(offsite), SECOND, "files");
    Policy one = new Policy(1, Map.of(), Optional.empty(), ZoneOffset.UTC, Duration.ZERO);
    keeping = new Keeping(cluster -> Optional.of(one), true);

    assertThat(statuses().get(1).clusters().getFirst().missingBackups()).containsExactly(FIRST);
  }

  @Test
  void tellsOfASiteThatCannotBeReachedAndComparesTheOthers() {
    backup(repository, FIRST);
    places.add(
        place(
            "attic",
            false,
            () -> {
              throw new HoldfastException(ExitStatus.REPOSITORY_FAILED, "it burnt down");
            }));
    List<SiteStatus> statuses = statuses();

    assertThat(statuses.getFirst().trouble()).contains("it burnt down");
    assertThat(statuses.getFirst().complete()).isFalse();
    assertThat(statuses.get(1).complete()).isTrue();
    assertThat(statuses.get(2).clusters().getFirst().missingBackups()).containsExactly(FIRST);
  }

  @Test
  void tellsOfKeysThatWereAddedOrRemovedWhileASiteWasAway() {
    KeyPairText old = KeyPairText.generate();
    var slots = repository.keySlots().orElseThrow();
    String removed = slots.addRecipient(old.publicKey(), "old").id();
    Repository.found(nas, offsite);
    String added = slots.addRecipient(KeyPairText.generate().publicKey(), "new").id();
    slots.remove(removed);
    SiteStatus status = statuses().get(1);

    assertThat(status.missingKeys()).containsExactly(added);
    assertThat(status.surplusKeys()).containsExactly(removed);
    assertThat(status.complete()).isFalse();
  }
}
