package io.holdfast.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.backup.Backups.DeletionPlan;
import io.holdfast.operations.files.FilesDetails;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.physical.PhysicalDetailsTest;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.ChunkSink;
import io.holdfast.repository.ClusterArchive.Orphan;
import io.holdfast.repository.Extent;
import io.holdfast.repository.StoredFile;
import io.holdfast.repository.WriteOptions;
import io.holdfast.storage.ObjectKey;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class BackupsTest {
  private static final BackupId OLD = new BackupId("20261120T081700Z-aaaa");
  private static final BackupId NEW = new BackupId("20261121T081700Z-bbbb");

  private final BackupRig rig = new BackupRig();
  private final Backups backups = new Backups(rig.cluster);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aBackupIsFoundByTheStartOfItsIdOrAsTheLatest() {
    write(OLD);
    write(NEW);

    assertThat(backups.find("latest")).isEqualTo(NEW);
    assertThat(backups.find("20261120")).isEqualTo(OLD);
    assertThatThrownBy(() -> backups.find("2026"))
        .hasMessageContaining("2 backups")
        .isInstanceOf(HoldfastException.class);
    assertThatThrownBy(() -> backups.find("1999")).hasMessageContaining("no backup");
  }

  @Test
  void theNewestAndTheOnlyBackupAreNotDeletedWithoutForce() {
    write(OLD);
    assertThatThrownBy(() -> backups.delete(OLD, false, Instant.EPOCH))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED))
        .hasMessageContaining("only backup");
    write(NEW);
    assertThatThrownBy(() -> backups.delete(NEW, false, Instant.EPOCH))
        .hasMessageContaining("newest");

    assertThat(rig.cluster.backupIds()).containsExactly(OLD, NEW);
  }

  @Test
  void aBackupOfAnotherKindIsNoSubstitute() {
    BackupId files = new BackupId("20261122T081700Z-cccc");
    write(OLD);
    write(NEW);
    write(
        files,
        FilesDetails.KIND,
        new FilesDetails(List.of("/srv"), List.of(), Optional.empty(), 0, List.of()).toJson());

    assertThatThrownBy(() -> backups.delete(files, false, Instant.EPOCH))
        .hasMessageContaining("the only files backup");
    assertThatThrownBy(() -> backups.delete(NEW, false, Instant.EPOCH))
        .hasMessageContaining("the newest physical backup");
    backups.delete(OLD, false, Instant.EPOCH);
    assertThatThrownBy(() -> backups.delete(NEW, false, Instant.EPOCH))
        .hasMessageContaining("the only physical backup");
  }

  @Test
  void deletingSaysWhatItFreedAndLeavesNothing() {
    write(OLD);
    write(NEW);

    DeletionPlan plan = backups.delete(OLD, false, Instant.EPOCH);

    assertThat(plan.bytesFreed()).isPositive();
    assertThat(plan.packsFreed()).isPositive();
    assertThat(plan.packsKept()).isZero();
    assertThat(rig.cluster.backupIds()).containsExactly(NEW);
    assertThat(orphans()).isEmpty();
  }

  @Test
  void packsThatNoManifestNamesAreLeftoversAndCanBeRemoved() {
    write(OLD);
    write(NEW);
    assertThat(orphans()).isEmpty();
    rig.storage.delete(ObjectKey.of("clusters/main/backups/" + OLD + ".manifest"));

    assertThat(orphans()).isNotEmpty();
    List<Orphan> removed = new ArrayList<>();
    backups.removeOrphans(removed::add);

    assertThat(removed).isNotEmpty();
    assertThat(orphans()).isEmpty();
    assertThat(rig.cluster.backupIds()).containsExactly(NEW);
  }

  @Test
  void whatARunningBackupWritesIsNoLeftover() {
    try (BackupWriter running = rig.cluster.begin(NEW, WriteOptions.DEFAULT)) {
      assertThat(store(running)).isNotNull();
      assertThat(orphans()).isEmpty();
    }
    assertThat(orphans()).isEmpty();
  }

  private List<Orphan> orphans() {
    List<Orphan> found = new ArrayList<>();
    backups.orphans(found::add);
    return found;
  }

  private void write(BackupId id) {
    write(id, PhysicalDetails.KIND, PhysicalDetailsTest.sample().toJson());
  }

  private void write(BackupId id, String kind, JsonNode details) {
    try (BackupWriter writer = rig.cluster.begin(id, WriteOptions.DEFAULT)) {
      ChunkRef chunk = store(writer);
      writer.add(
          new StoredFile(
              "a",
              StoredFile.Kind.FILE,
              0600,
              "postgres",
              "postgres",
              Instant.EPOCH,
              chunk.rawLength(),
              "",
              List.of(new Extent.Slice(chunk.rawLength(), chunk, 0)),
              Map.of()));
      writer.commit(
          new BackupWriter.Commit(kind, Optional.empty(), Instant.EPOCH, Instant.EPOCH, 1, details),
          () -> {});
    }
  }

  private static ChunkRef store(BackupWriter writer) {
    byte[] bytes = new byte[100_000];
    new SplittableRandom(1).nextBytes(bytes);
    try (ChunkSink sink = writer.openSink()) {
      return sink.store(bytes, 0, bytes.length);
    }
  }
}
