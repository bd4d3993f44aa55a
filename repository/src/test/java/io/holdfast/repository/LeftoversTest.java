package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.NO_FENCE;
import static io.holdfast.repository.SampleRepository.backup;
import static io.holdfast.repository.SampleRepository.chunk;
import static io.holdfast.repository.SampleRepository.commit;
import static io.holdfast.repository.SampleRepository.content;
import static io.holdfast.repository.SampleRepository.facts;
import static io.holdfast.repository.SampleRepository.file;
import static io.holdfast.repository.SampleRepository.files;
import static io.holdfast.repository.SampleRepository.id;
import static io.holdfast.repository.SampleRepository.keys;
import static io.holdfast.repository.SampleRepository.overwrite;
import static io.holdfast.repository.SampleRepository.read;
import static io.holdfast.repository.SampleRepository.readAll;
import static io.holdfast.repository.SampleRepository.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.storage.Call;
import io.holdfast.testkit.storage.FaultyStorage;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LeftoversTest {
  private final Storage storage = Storages.memory("leftovers");
  private Instant now = SampleRepository.NOW;

  private ClusterArchive cluster(boolean encrypted) {
    return Repository.create(storage, SampleRepository.keys(encrypted), "first", () -> now)
        .cluster("main");
  }

  /** A backup whose second file lies in the parent's pack. */
  private static Manifest inheriting(ClusterArchive cluster, BackupId id, BackupId parent) {
    BackupReader base = cluster.open(parent);
    try (BackupWriter writer = cluster.begin(id, WriteOptions.DEFAULT)) {
      writer.inheriting(base.manifest());
      byte[] own = content(2000, 9);
      ChunkRef chunk;
      try (ChunkSink sink = writer.openSink()) {
        chunk = sink.store(own, 0, own.length);
      }
      writer.add(file("a", List.of(whole(chunk))));
      writer.add(file("b", files(base).getFirst().extents()));
      return commit(writer);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void deletingKeepsPacksThatAnotherBackupNames(boolean encrypted) {
    ClusterArchive cluster = cluster(encrypted);
    backup(cluster, id(1), content(3000, 1), content(4000, 2));
    Manifest child = inheriting(cluster, id(2), id(1));
    assertThat(child.totals().bytesInherited()).isEqualTo(3000);
    assertThat(child.packs()).hasSize(3);
    assertThat(child.packs().getLast().liveBytes())
        .isEqualTo(chunk(files(cluster.open(id(1))).getFirst()).storedLength());
    cluster.delete(id(1));
    assertThat(cluster.backupIds()).containsExactly(id(2));
    readAll(cluster.open(id(2)));
    assertThat(keys(storage, "clusters/main/packs/" + id(1))).hasSize(1);
    cluster.delete(id(2));
    assertThat(keys(storage, "clusters")).isEmpty();
  }

  @Test
  void chunksOfNoParentAreRefused() {
    ClusterArchive cluster = cluster(true);
    backup(cluster, id(1), content(3000, 1));
    StoredFile foreign = files(cluster.open(id(1))).getFirst();
    try (BackupWriter writer = cluster.begin(id(2), WriteOptions.DEFAULT)) {
      assertThatThrownBy(() -> writer.add(foreign))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("neither of backup");
    }
  }

  @Test
  void aParentDeletedMeanwhileFailsTheCommit() {
    ClusterArchive cluster = cluster(true);
    backup(cluster, id(1), content(3000, 1));
    BackupReader base = cluster.open(id(1));
    List<StoredFile> inherited = files(base);
    try (BackupWriter writer = cluster.begin(id(2), WriteOptions.DEFAULT)) {
      writer.inheriting(base.manifest());
      writer.add(inherited.getFirst());
      cluster.delete(id(1));
      assertThatThrownBy(() -> commit(writer)).isInstanceOf(HoldfastException.class);
    }
    assertThat(cluster.backupIds()).isEmpty();
    cluster.orphans().forEach(cluster::remove);
    assertThat(keys(storage, "clusters")).isEmpty();
  }

  /** The window: parent there, parent deleted, child committed, child's writer killed. */
  @Test
  void aWriterKilledAfterItsParentWentLeavesAWholeBackup() {
    ClusterArchive cluster = cluster(true);
    backup(cluster, id(1), content(3000, 1));
    BackupReader base = cluster.open(id(1));
    List<StoredFile> inherited = files(base);
    FaultyStorage deadly = FaultyStorage.over(storage, 1);
    boolean[] committed = {false};
    deadly.before((number, call, what) -> {
      if (call == Call.CREATE && what.endsWith(".manifest")) {
        List<ClusterArchive.Orphan> packs = packsOfADeletedBackup(cluster);
        packs.forEach(pack ->
            assertThatThrownBy(() -> cluster.remove(pack)).hasMessageContaining("being written"));
        committed[0] = true;
      } else if (committed[0]) {
        throw new StorageException("could not go on: killed", null, null);
      }
    });
    ClusterArchive killed =
        Repository.open(deadly, SampleRepository.keys(true), () -> now).cluster("main");
    assertThatThrownBy(
            () -> {
              try (BackupWriter writer = killed.begin(id(2), WriteOptions.DEFAULT)) {
                writer.inheriting(base.manifest());
                writer.add(inherited.getFirst());
                commit(writer);
              }
            })
        .hasMessageContaining("killed");
    assertThat(cluster.backupIds()).containsExactly(id(2));
    readAll(cluster.open(id(2)));
    now = now.plusSeconds(3600);
    cluster.orphans().forEach(cluster::remove);
    readAll(cluster.open(id(2)));
  }

  /**
   * Deletes the first backup; whoever looked before for its packs believes that they are orphans.
   */
  private List<ClusterArchive.Orphan> packsOfADeletedBackup(ClusterArchive cluster) {
    cluster.delete(id(1));
    assertThat(cluster.orphans()).as("while a backup is being written").isEmpty();
    List<ClusterArchive.Orphan> packs = new ArrayList<>();
    storage.list(
        "clusters/main/packs/" + id(1), stat -> packs.add(new ClusterArchive.Orphan(stat, false)));
    assertThat(packs).hasSize(2);
    return packs;
  }

  /** The answer was lost, and the request may still be on its way. */
  @Test
  void anUncertainCommitKeepsThePacksFromBeingOrphansForAWhile() {
    ClusterArchive cluster = cluster(true);
    FaultyStorage lost =
        FaultyStorage.over(storage, 1)
            .before((number, call, what) -> {
              if (call == Call.CREATE && what.endsWith(".manifest")) {
                throw new StorageException("could not create it: no answer", null, null);
              }
            });
    ClusterArchive writing =
        Repository.open(lost, SampleRepository.keys(true), () -> now).cluster("main");
    BackupWriter writer = writing.begin(id(1), WriteOptions.DEFAULT);
    store(writer);
    assertThatThrownBy(() -> commit(writer)).hasMessageContaining("no answer");
    writer.close();
    assertThat(keys(storage, "clusters/main/packs")).isNotEmpty();
    assertThat(cluster.orphans()).isEmpty();
    now = now.plusSeconds(61);
    cluster.orphans().forEach(cluster::remove);
    assertThat(keys(storage, "clusters")).isEmpty();
  }

  @Test
  void aParentDeletedBehindTheFenceTakesTheManifestBack() {
    ClusterArchive cluster = cluster(true);
    backup(cluster, id(1), content(3000, 1));
    BackupReader base = cluster.open(id(1));
    List<StoredFile> inherited = files(base);
    int[] fences = {0};
    try (BackupWriter writer = cluster.begin(id(2), WriteOptions.DEFAULT)) {
      writer.inheriting(base.manifest());
      writer.add(inherited.getFirst());
      Runnable deleteInBetween =
          () -> {
            if (fences[0]++ == 0) {
              cluster.delete(id(1));
            }
          };
      assertThatThrownBy(() -> writer.commit(facts(), deleteInBetween))
          .hasMessageContaining("deleted meanwhile");
    }
    assertThat(cluster.backupIds()).isEmpty();
    cluster.orphans().forEach(cluster::remove);
    assertThat(keys(storage, "clusters")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatAKilledBackupLeftIsFoundAndRemoved(boolean encrypted) {
    ClusterArchive cluster = cluster(encrypted);
    backup(cluster, id(1), content(3000, 1));
    BackupWriter killed = cluster.begin(id(2), WriteOptions.DEFAULT);
    ChunkSink sink = killed.openSink();
    sink.store(content(100, 1), 0, 100);
    sink.close();
    assertThat(cluster.orphans()).as("while its writer lives").isEmpty();
    now = now.plusSeconds(3600);
    List<ClusterArchive.Orphan> orphans = cluster.orphans();
    assertThat(orphans)
        .extracting(orphan -> orphan.object().key().text())
        .containsExactly(
            "clusters/main/packs/" + id(2) + "/000001.pack",
            "clusters/main/leases/writer-" + id(2) + ".json");
    orphans.forEach(cluster::remove);
    assertThat(cluster.orphans()).isEmpty();
    readAll(cluster.open(id(1)));
  }

  @Test
  void anOrphanThatABackupNamesByNowStays() {
    ClusterArchive cluster = cluster(true);
    backup(cluster, id(1), content(3000, 1));
    String manifest = "clusters/main/backups/" + id(1) + ".manifest";
    byte[] bytes = read(storage, manifest);
    storage.delete(ObjectKey.of(manifest));
    List<ClusterArchive.Orphan> orphans = cluster.orphans();
    assertThat(orphans).hasSize(2);
    overwrite(storage, manifest, bytes);
    assertThatThrownBy(() -> cluster.remove(orphans.getFirst()))
        .hasMessageContaining("a backup needs it");
    readAll(cluster.open(id(1)));
  }

  @Test
  void aDamagedManifestStopsEveryDeletion() {
    ClusterArchive cluster = cluster(true);
    backup(cluster, id(1), content(3000, 1));
    inheriting(cluster, id(2), id(1));
    List<String> before = keys(storage, "clusters");
    String manifest = "clusters/main/backups/" + id(2) + ".manifest";
    byte[] bytes = read(storage, manifest);
    bytes[bytes.length / 2] ^= 1;
    overwrite(storage, manifest, bytes);
    assertThatThrownBy(() -> cluster.delete(id(1))).isInstanceOf(RepositoryDamagedException.class);
    assertThatThrownBy(cluster::orphans).isInstanceOf(RepositoryDamagedException.class);
    assertThat(keys(storage, "clusters")).isEqualTo(before);
  }

  @Test
  void aDamagedBackupCanBeDeleted() {
    ClusterArchive cluster = cluster(true);
    backup(cluster, id(1), content(3000, 1));
    overwrite(storage, "clusters/main/backups/" + id(1) + ".manifest", new byte[100]);
    cluster.delete(id(1));
    assertThat(cluster.backupIds()).isEmpty();
    cluster.orphans().forEach(cluster::remove);
    assertThat(keys(storage, "clusters")).isEmpty();
  }

  @Test
  void aSleeperThatLostItsLeaseCannotCommit() {
    ClusterArchive cluster = cluster(true);
    Lease lease = cluster.acquire("backup", LeaseOptions.of("one"));
    try (BackupWriter writer = cluster.begin(id(1), WriteOptions.DEFAULT)) {
      store(writer);
      now = now.plusSeconds(61);
      Lease successor = cluster.acquire("backup", LeaseOptions.of("two"));
      assertThatThrownBy(() -> writer.commit(facts(), lease::ensureHeld))
          .isInstanceOf(LeaseHeldException.class);
      successor.close();
    }
    assertThat(cluster.backupIds()).isEmpty();
    assertThat(cluster.orphans()).isEmpty();
  }

  @Test
  void aSleeperWhosePacksWereTakenForOrphansCannotCommit() {
    ClusterArchive cluster = cluster(true);
    try (BackupWriter writer = cluster.begin(id(1), WriteOptions.DEFAULT)) {
      store(writer);
      now = now.plusSeconds(61);
      assertThatThrownBy(() -> writer.commit(facts(), NO_FENCE))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("writer-" + id(1));
    }
    assertThat(cluster.backupIds()).isEmpty();
  }

  @Test
  void aSleeperBetweenFenceAndCommitTakesItsManifestBack() {
    cluster(true);
    FaultyStorage sleepy =
        FaultyStorage.over(storage, 1)
            .before((number, call, what) -> {
              if (call == Call.CREATE && what.endsWith(".manifest")) {
                removeOrphansMuchLater();
              }
            });
    ClusterArchive sleeping =
        Repository.open(sleepy, SampleRepository.keys(true), () -> now).cluster("main");
    try (BackupWriter writer = sleeping.begin(id(1), WriteOptions.DEFAULT)) {
      store(writer);
      assertThatThrownBy(() -> writer.commit(facts(), NO_FENCE))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("writer-" + id(1));
    }
    assertThat(keys(storage, "clusters")).isEmpty();
  }

  /** On a host whose clock is an hour ahead, or that had an hour. */
  private void removeOrphansMuchLater() {
    ClusterArchive other =
        Repository.open(storage, SampleRepository.keys(true), () -> now.plusSeconds(3600))
            .cluster("main");
    assertThat(other.orphans()).hasSize(3);
    other.orphans().forEach(other::remove);
  }

  @Test
  void anOpenSinkFailsTheCommit() {
    ClusterArchive cluster = cluster(true);
    try (BackupWriter writer = cluster.begin(id(1), WriteOptions.DEFAULT)) {
      ChunkSink sink = writer.openSink();
      sink.store(content(100, 1), 0, 100);
      assertThatThrownBy(() -> commit(writer)).isInstanceOf(IllegalStateException.class);
      sink.close();
    }
    assertThat(keys(storage, "clusters")).isEmpty();
  }

  @Test
  void packsThatNoFileUsesAreNotKept() {
    ClusterArchive cluster = cluster(true);
    try (BackupWriter writer = cluster.begin(id(1), WriteOptions.DEFAULT)) {
      try (ChunkSink sink = writer.openSink()) {
        sink.store(content(100, 1), 0, 100);
      }
      writer.add(file("empty", List.of()));
      assertThat(commit(writer).packs()).hasSize(1);
    }
    assertThat(keys(storage, "clusters/main/packs")).hasSize(1);
  }

  @Test
  void anIdIsUsedOnce() {
    ClusterArchive cluster = cluster(true);
    backup(cluster, id(1), content(100, 1));
    assertThatThrownBy(() -> cluster.begin(id(1), WriteOptions.DEFAULT))
        .hasMessageContaining("this backup exists");
  }

  private static void store(BackupWriter writer) {
    ChunkRef chunk;
    try (ChunkSink sink = writer.openSink()) {
      chunk = sink.store(content(100, 1), 0, 100);
    }
    writer.add(file("a", List.of(whole(chunk))));
  }
}
