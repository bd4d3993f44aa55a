package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.backup;
import static io.holdfast.repository.SampleRepository.content;
import static io.holdfast.repository.SampleRepository.id;
import static io.holdfast.repository.SampleRepository.keys;
import static io.holdfast.repository.SampleRepository.overwrite;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.storage.Patience;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deleting on a site while something else goes on there, and beside damage. */
final class RemovalTest {
  private static final Patience PATIENCE =
      new Patience(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofDays(1));
  private static final SyncRequest.Watcher SILENT =
      new SyncRequest.Watcher() {
        @Override
        public void before(long bytes) {}

        @Override
        public void begin(String cluster, long bytes) {}

        @Override
        public void copied(long bytes) {}
      };

  private final Storage nas = Storages.memory("nas");
  private final Storage offsite = Storages.memory("offsite");
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void twoSites() {
    SampleRepository.found(nas, true).close();
    Repository.found(nas, offsite);
  }

  private static Repository open(Storage storage) {
    return SampleRepository.reopen(storage, true);
  }

  private Repository both() {
    return open(
        Storages.mirror(
            List.of(new Site("nas", nas, true), new Site("offsite", offsite, false)),
            Repository.placement(),
            warnings::add,
            PATIENCE));
  }

  private SyncReport sync() throws InterruptedException {
    try (Repository from = open(nas)) {
      return from.syncTo(
          offsite,
          new SyncRequest(
              true,
              (here, there) -> SyncRequest.Choice.ALL,
              (cluster, manifest) -> true,
              1,
              SILENT));
    }
  }

  @Test
  void aBackupIsNotAnnouncedOnASiteWhereSomethingIsDeleted() throws InterruptedException {
    try (Repository alone = open(offsite);
        Repository repository = both()) {
      try (Lease removal = alone.cluster("main").removing("test")) {
        backup(repository.cluster("main"), id(1), content(3000, 1));
        removal.ensureHeld();
      }

      assertThat(repository.cluster("main").backupIds()).containsExactly(id(1));
      assertThat(alone.cluster("main").backupIds()).isEmpty();
      assertThat(warnings).anyMatch(line -> line.contains("the lease removal"));
      assertThat(sync().announced()).hasSize(1);
      assertThat(alone.cluster("main").backupIds()).containsExactly(id(1));
      backup(repository.cluster("main"), id(2), content(3000, 2));
      assertThat(alone.cluster("main").backupIds()).containsExactly(id(1), id(2));
    }
  }

  @Test
  void whatIsDeletedAndWhatIsBroughtKeepOutOfEachOthersWay() throws InterruptedException {
    try (Repository alone = open(offsite);
        Repository from = open(nas)) {
      backup(from.cluster("main"), id(1), content(3000, 1));
      ClusterArchive there = alone.cluster("main");
      try (Lease removal = there.removing("test")) {
        assertThatThrownBy(this::sync).isInstanceOf(LeaseHeldException.class);
        assertThatThrownBy(() -> from.repair("main", offsite, List.of(), SILENT))
            .isInstanceOf(LeaseHeldException.class);
        removal.ensureHeld();
      }
      try (Lease syncing = there.acquire("sync", LeaseOptions.of("test"))) {
        assertThatThrownBy(() -> there.removing("test")).isInstanceOf(LeaseHeldException.class);
        assertThat(there.holder("removal")).isEmpty();
        syncing.ensureHeld();
      }
      assertThat(sync().announced()).hasSize(1);
    }
  }

  @Test
  void damagedManifestsGoOneByOneAndTakeNothingWithThem() {
    try (Repository alone = open(nas)) {
      ClusterArchive cluster = alone.cluster("main");
      for (int i = 1; i <= 3; i++) {
        backup(cluster, id(i), content(3000, i));
      }
      List<String> packs = keys(nas, "clusters/main/packs");
      damage(id(1));
      damage(id(2));

      assertThatThrownBy(() -> cluster.delete(id(1)))
          .isInstanceOf(RepositoryDamagedException.class);
      assertThatThrownBy(() -> cluster.deleteDamaged(id(3)))
          .isInstanceOfSatisfying(
              HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED));
      assertThatThrownBy(() -> cluster.deleteDamaged(id(4))).hasMessageContaining("no such backup");
      cluster.deleteDamaged(id(1));
      cluster.deleteDamaged(id(2));

      assertThat(cluster.backupIds()).containsExactly(id(3));
      assertThat(keys(nas, "clusters/main/packs")).isEqualTo(packs);
      cluster.orphans().forEach(cluster::remove);
      SampleRepository.readAll(cluster.open(id(3)));
      assertThat(keys(nas, "clusters/main/packs"))
          .isNotEmpty()
          .allMatch(key -> key.contains(id(3).text()));
    }
  }

  private void damage(BackupId id) {
    String key = "clusters/main/backups/" + id + ".manifest";
    byte[] bytes = SampleRepository.read(nas, key);
    bytes[bytes.length / 2] ^= 1;
    overwrite(nas, key, bytes);
  }
}
