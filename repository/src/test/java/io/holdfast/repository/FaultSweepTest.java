package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.chunk;
import static io.holdfast.repository.SampleRepository.commit;
import static io.holdfast.repository.SampleRepository.content;
import static io.holdfast.repository.SampleRepository.file;
import static io.holdfast.repository.SampleRepository.files;
import static io.holdfast.repository.SampleRepository.id;
import static io.holdfast.repository.SampleRepository.keys;
import static io.holdfast.repository.SampleRepository.whole;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.storage.Fault;
import io.holdfast.testkit.storage.FaultyStorage;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Every single call of a backup, of a deletion and of a founding goes wrong once. Whatever happens:
 * a backup that is announced is whole, one that exists is whole, what is left can be removed, and
 * the next backup works.
 */
final class FaultSweepTest {
  private final byte[] first = content(3000, 1);
  private final byte[] second = content(4000, 2);
  private Instant now = SampleRepository.NOW;

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      mode = Mode.EXCLUDE,
      // A read-after-write store does not give stale lists; the contract of storage says so.
      names = {"STALE_LIST"})
  void aBackupIsWholeOrIsNot(Fault fault) {
    boolean swept = false;
    for (int nth = 1; !swept; nth++) {
      Storage below = Storages.memory("sweep");
      SampleRepository.found(below, true).close();
      FaultyStorage faulty = FaultyStorage.over(below, nth);
      boolean announced = false;
      try (Repository repository = open(faulty)) {
        faulty.failing(nth, fault);
        announced = backup(repository.cluster("main"), id(1)).isPresent();
      }
      swept = !faulty.spent();
      inspect(below, id(1), announced, fault);
    }
  }

  /** It names the parent's chunks, and the parent's sections after looking at them. */
  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      mode = Mode.EXCLUDE,
      names = {"STALE_LIST"})
  void aBackupWithAParentIsWholeOrIsNot(Fault fault) {
    boolean swept = false;
    for (int nth = 1; !swept; nth++) {
      Storage below = Storages.memory("sweep");
      SampleRepository.found(below, true).close();
      try (Repository repository = open(below)) {
        assertThat(backup(repository.cluster("main"), id(1))).isPresent();
      }
      FaultyStorage faulty = FaultyStorage.over(below, nth);
      boolean announced = false;
      try (Repository repository = open(faulty)) {
        BackupReader parent = repository.cluster("main").open(id(1));
        faulty.failing(nth, fault);
        inherit(repository.cluster("main"), parent);
        announced = true;
      } catch (HoldfastException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
      swept = !faulty.spent();
      inspect(below, id(2), announced, fault);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"ERROR_BEFORE", "ERROR_AFTER", "DEATH_BEFORE", "DEATH_AFTER", "FLIPPED_BIT"})
  void deletingABackupNeverHurtsAnother(Fault fault) {
    boolean swept = false;
    for (int nth = 1; !swept; nth++) {
      Storage below = Storages.memory("sweep");
      SampleRepository.found(below, true).close();
      try (Repository repository = open(below)) {
        assertThat(backup(repository.cluster("main"), id(1))).isPresent();
        inherit(repository.cluster("main"));
      }
      FaultyStorage faulty = FaultyStorage.over(below, nth);
      try (Repository repository = open(faulty)) {
        faulty.failing(nth, fault);
        repository.cluster("main").delete(id(1));
      } catch (HoldfastException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
      swept = !faulty.spent();
      inspect(below, id(2), true, fault);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"ERROR_BEFORE", "ERROR_AFTER", "DEATH_BEFORE", "DEATH_AFTER", "FLIPPED_BIT", "TORN"})
  void aRepositoryThatExistsHasAKey(Fault fault) {
    boolean swept = false;
    for (int nth = 1; !swept; nth++) {
      Storage below = Storages.memory("founding");
      FaultyStorage faulty = FaultyStorage.over(below, nth).failing(nth, fault);
      boolean announced = false;
      try {
        SampleRepository.found(faulty, true).close();
        announced = true;
      } catch (HoldfastException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
      swept = !faulty.spent();
      boolean silent = fault == Fault.FLIPPED_BIT || fault == Fault.TORN;
      if (announced || (Repository.exists(below) && !silent)) {
        open(below).close();
      } else if (!Repository.exists(below)) {
        SampleRepository.found(below, true).close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"ERROR_BEFORE", "ERROR_AFTER", "DEATH_BEFORE", "DEATH_AFTER"})
  void removingLeftoversNeverHurtsABackup(Fault fault) {
    boolean swept = false;
    for (int nth = 1; !swept; nth++) {
      Storage below = Storages.memory("sweep");
      SampleRepository.found(below, true).close();
      try (Repository repository = open(below)) {
        assertThat(backup(repository.cluster("main"), id(1))).isPresent();
        inherit(repository.cluster("main"));
        killedWhileWriting(repository.cluster("main"), id(4));
      }
      // Packs of the first that the second names are no orphans, whatever the manifests say.
      below.delete(ObjectKey.of("clusters/main/backups/" + id(1) + ".manifest"));
      now = now.plusSeconds(3600);
      FaultyStorage faulty = FaultyStorage.over(below, nth);
      try (Repository repository = open(faulty)) {
        faulty.failing(nth, fault);
        ClusterArchive cluster = repository.cluster("main");
        cluster.orphans().forEach(cluster::remove);
      } catch (HoldfastException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
      swept = !faulty.spent();
      inspect(below, id(2), true, fault);
    }
  }

  private void killedWhileWriting(ClusterArchive cluster, BackupId id) {
    BackupWriter killed = cluster.begin(id, WriteOptions.DEFAULT);
    ChunkSink sink = killed.openSink();
    sink.store(first, 0, first.length);
    sink.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"ERROR_BEFORE", "ERROR_AFTER", "DEATH_BEFORE", "DEATH_AFTER", "TORN"})
  void changingKeysNeverLocksEverybodyOut(Fault fault) {
    KeyPairText second = KeyPairText.generate();
    KeySource other = new KeySource.Keys(List.of(), List.of(second.privateKey()));
    boolean swept = false;
    for (int nth = 1; !swept; nth++) {
      Storage below = Storages.memory("keys");
      SampleRepository.found(below, true).close();
      FaultyStorage faulty = FaultyStorage.over(below, nth);
      boolean removed = false;
      try (Repository repository = open(faulty)) {
        KeySlots slots = repository.keySlots().orElseThrow();
        faulty.failing(nth, fault);
        slots.addRecipient(second.publicKey(), "second");
        slots.remove(slots.openedBy().id());
        removed = true;
      } catch (HoldfastException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
      swept = !faulty.spent();
      assertThat(opens(below, other) || opens(below, SampleRepository.keys(true)))
          .as("call %d", nth)
          .isTrue();
      if (removed) {
        assertThat(opens(below, other)).as("announced, call %d", nth).isTrue();
        assertThat(opens(below, SampleRepository.keys(true))).isFalse();
      }
    }
  }

  private boolean opens(Storage storage, KeySource keys) {
    try {
      Repository.open(storage, keys, () -> now).close();
      return true;
    } catch (HoldfastException e) {
      return false;
    }
  }

  private Repository open(Storage storage) {
    return Repository.open(storage, SampleRepository.keys(true), () -> now);
  }

  /** The manifest if the backup was announced. */
  private Optional<Manifest> backup(ClusterArchive cluster, BackupId id) {
    try (BackupWriter writer = cluster.begin(id, new WriteOptions(3000, 3))) {
      ChunkRef one;
      ChunkRef other;
      try (ChunkSink sink = writer.openSink()) {
        one = sink.store(first, 0, first.length);
        other = sink.store(second, 0, second.length);
      }
      writer.add(file("a", List.of(whole(one))));
      writer.add(file("b", List.of(whole(other))));
      return Optional.of(commit(writer));
    } catch (HoldfastException e) {
      return Optional.empty();
    }
  }

  private static void inherit(ClusterArchive cluster) {
    inherit(cluster, cluster.open(id(1)));
  }

  private static void inherit(ClusterArchive cluster, BackupReader parent) {
    try (BackupWriter writer = cluster.begin(id(2), WriteOptions.DEFAULT)) {
      writer.inheriting(parent.manifest());
      files(parent).forEach(writer::add);
      commit(writer);
    }
  }

  private void inspect(Storage below, BackupId id, boolean announced, Fault fault) {
    now = now.plusSeconds(3600);
    boolean silent = fault == Fault.FLIPPED_BIT || fault == Fault.TORN;
    try (Repository repository = open(below)) {
      ClusterArchive cluster = repository.cluster("main");
      if (announced) {
        assertThat(cluster.backupIds()).contains(id);
      }
      for (BackupId each : cluster.backupIds()) {
        requireWhole(cluster, each, silent);
      }
      if (silent) {
        return;
      }
      cluster.orphans().forEach(cluster::remove);
      assertThat(cluster.orphans()).isEmpty();
      assertThat(backup(cluster, id(3))).isPresent();
      cluster.backupIds().forEach(each -> requireWhole(cluster, each, false));
      cluster.backupIds().forEach(cluster::delete);
      assertThat(keys(below, "clusters")).isEmpty();
    }
  }

  /** A store that lies about a chunk is found out when it is read, not before. */
  private void requireWhole(ClusterArchive cluster, BackupId id, boolean mayBeDamaged) {
    try {
      BackupReader reader = cluster.open(id);
      List<StoredFile> files = files(reader);
      try (ChunkReader chunks = reader.openReader()) {
        assertThat(Arrays.copyOf(chunks.read(chunk(files.get(0))), 3000)).isEqualTo(first);
        assertThat(Arrays.copyOf(chunks.read(chunk(files.get(1))), 4000)).isEqualTo(second);
      }
    } catch (RepositoryDamagedException e) {
      assertThat(mayBeDamaged).as(e.getMessage()).isTrue();
    }
  }
}
