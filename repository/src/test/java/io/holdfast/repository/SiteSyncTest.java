package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.backup;
import static io.holdfast.repository.SampleRepository.content;
import static io.holdfast.repository.SampleRepository.files;
import static io.holdfast.repository.SampleRepository.id;
import static io.holdfast.repository.SampleRepository.keys;
import static io.holdfast.repository.SampleRepository.overwrite;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.SyncReport.Announced;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.storage.Fault;
import io.holdfast.testkit.storage.FaultyStorage;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SiteSyncTest {
  private static final String PACKS = "clusters/main/packs";

  private final byte[] content = content(3000, 1);
  private final Storage nas = Storages.memory("nas");
  private final AtomicLong copied = new AtomicLong();
  private Storage offsite = Storages.memory("offsite");
  private Instant now = SampleRepository.NOW;

  @BeforeEach
  void aRepositoryWithTwoBackups() {
    SampleRepository.found(nas, true).close();
    try (Repository repository = open(nas)) {
      ClusterArchive cluster = repository.cluster("main");
      cluster.objects("wal").put("1/5", content, 0, 3000, Map.of("segment-size", "3000"));
      cluster.objects("wal").put("1/6", content, 0, 2000, Map.of());
      cluster.putDocument("cluster", new byte[] {1});
      backup(cluster, id(1), content, content(4000, 2));
      inherit(cluster);
    }
  }

  private static void inherit(ClusterArchive cluster) {
    BackupReader parent = cluster.open(id(1));
    try (BackupWriter writer = cluster.begin(id(2), WriteOptions.DEFAULT)) {
      writer.inheriting(parent.manifest());
      files(parent).forEach(writer::add);
      SampleRepository.commit(writer);
    }
  }

  private Repository open(Storage storage) {
    return Repository.open(storage, SampleRepository.keys(true), () -> now);
  }

  private SyncRequest request(boolean documents) {
    return new SyncRequest(
        documents,
        (here, there) -> SyncRequest.Choice.ALL,
        (cluster, manifest) -> cluster.objects("wal").find("1/5").isPresent(),
        2,
        new SyncRequest.Watcher() {
          @Override
          public void before(long bytes) {}

          @Override
          public void begin(String cluster, long bytes) {}

          @Override
          public void copied(long bytes) {
            copied.addAndGet(bytes);
          }
        });
  }

  private SyncReport sync(Storage from, Storage to) {
    return sync(from, to, true);
  }

  private SyncReport sync(Storage from, Storage to, boolean documents) {
    try (Repository repository = open(from)) {
      Repository.found(from, to);
      return repository.syncTo(to, request(documents));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void requireWhole(Storage site, BackupId... expected) {
    try (Repository alone = open(site)) {
      ClusterArchive cluster = alone.cluster("main");
      assertThat(cluster.backupIds()).containsExactly(expected);
      for (BackupId id : expected) {
        SampleRepository.readAll(cluster.open(id));
        cluster
            .open(id)
            .manifest()
            .packs()
            .forEach(use -> assertThat(cluster.scan(use.pack()).intact()).isTrue());
      }
    }
  }

  private static void requireSame(Storage one, Storage other) {
    assertThat(keys(other, "")).isEqualTo(keys(one, ""));
    for (String key : keys(one, "")) {
      assertThat(SampleRepository.read(other, key))
          .as(key)
          .isEqualTo(SampleRepository.read(one, key));
    }
  }

  private static List<ObjectKey> objects(Storage storage) {
    List<ObjectKey> keys = new ArrayList<>();
    storage.list("", stat -> keys.add(stat.key()));
    return keys;
  }

  @Test
  void bringsEverythingToASiteThatIsEmpty() {
    SyncReport report = sync(nas, offsite);

    requireSame(nas, offsite);
    requireWhole(offsite, id(1), id(2));
    assertThat(report.complete()).isTrue();
    assertThat(report.announced())
        .containsExactly(new Announced("main", id(1)), new Announced("main", id(2)));
    assertThat(report.bytes()).isEqualTo(copied.get()).isPositive();
  }

  @Test
  void copiesNothingTwice() {
    sync(nas, offsite);
    copied.set(0);
    SyncReport again = sync(nas, offsite);

    assertThat(again.objects()).isZero();
    assertThat(again.announced()).isEmpty();
    assertThat(copied).hasValue(0);
  }

  @Test
  void deletesNothing() {
    sync(nas, offsite);
    try (Repository repository = open(nas)) {
      ClusterArchive cluster = repository.cluster("main");
      cluster.delete(id(1));
      cluster.delete(id(2));
      cluster.objects("wal").delete("1/5");
      cluster.objects("wal").delete("1/6");
    }
    assertThat(keys(nas, PACKS)).isEmpty();
    sync(nas, offsite);

    requireWhole(offsite, id(1), id(2));
    assertThat(keys(offsite, "clusters/main/wal")).hasSize(2);
  }

  @Test
  void overwritesNothingThatDiffers() {
    sync(nas, offsite);
    overwrite(offsite, "clusters/main/wal/1/5", new byte[] {1, 2, 3});
    SyncReport report = sync(nas, offsite);

    assertThat(SampleRepository.read(offsite, "clusters/main/wal/1/5")).hasSize(3);
    assertThat(report.complete()).isFalse();
    assertThat(report.faults()).singleElement().asString().contains("wal/1/5", "3 on");
  }

  @Test
  void bringsDocumentsOfThePrimaryUpToDateAndNoOthers() {
    sync(nas, offsite);
    try (Repository repository = open(nas)) {
      repository.cluster("main").putDocument("cluster", new byte[] {2});
    }
    sync(offsite, nas, false);
    assertThat(document(nas)).containsExactly(2);
    sync(nas, offsite);
    assertThat(document(offsite)).containsExactly(2);
  }

  private byte[] document(Storage site) {
    try (Repository repository = open(site)) {
      return repository.cluster("main").document("cluster").orElseThrow();
    }
  }

  @Test
  void doesNotSpreadDamage() {
    String pack = keys(nas, PACKS + "/" + id(1)).getFirst();
    byte[] damaged = SampleRepository.read(nas, pack);
    damaged[500] ^= 1;
    overwrite(nas, pack, damaged);
    SyncReport report = sync(nas, offsite);

    assertThat(keys(offsite, "")).doesNotContain(pack);
    requireWhole(offsite);
    assertThat(report.withheld())
        .contains(new Announced("main", id(1)), new Announced("main", id(2)));
    assertThat(report.faults()).anyMatch(line -> line.contains(pack) && line.contains("damaged"));
  }

  @Test
  void withholdsABackupWhoseWalIsNotThere() {
    try (Repository repository = open(nas)) {
      repository.cluster("main").objects("wal").delete("1/5");
    }
    SyncReport report = sync(nas, offsite);

    requireWhole(offsite);
    assertThat(report.withheld()).hasSize(2);
  }

  @Test
  void bringsBackPacksThatASiteLost() {
    sync(nas, offsite);
    keys(offsite, PACKS).forEach(key -> offsite.delete(ObjectKey.of(key)));
    sync(nas, offsite);

    requireWhole(offsite, id(1), id(2));
  }

  @Test
  void leavesLeftoversWhereTheyAre() {
    nas.create(ObjectKey.of(PACKS + "/" + id(7) + "/000001.pack"), content);
    sync(nas, offsite);

    assertThat(keys(offsite, PACKS + "/" + id(7))).isEmpty();
  }

  @Test
  void addsKeysAndTellsOfThoseThatWereRemoved() {
    sync(nas, offsite);
    KeyPairText second = KeyPairText.generate();
    String removed;
    try (Repository repository = open(nas)) {
      KeySlots slots = repository.keySlots().orElseThrow();
      KeySlot old = slots.addRecipient(KeyPairText.generate().publicKey(), "old");
      sync(nas, offsite);
      slots.addRecipient(second.publicKey(), "second");
      slots.remove(old.id());
      removed = old.id();
    }
    SyncReport report = sync(nas, offsite);

    assertThat(report.surplusKeys()).containsExactly(removed);
    Repository.open(offsite, new KeySource.Keys(List.of(), List.of(second.privateKey())), () -> now)
        .close();
  }

  @Test
  void refusesASiteOfAnotherRepository() {
    SampleRepository.found(offsite, true).close();
    List<String> before = keys(offsite, "");

    assertThatThrownBy(() -> sync(nas, offsite))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("repository");
    assertThat(keys(offsite, "")).isEqualTo(before);
  }

  @Test
  void isAloneAtItsDestination() {
    sync(nas, offsite);
    try (Repository there = open(offsite);
        Lease other = there.cluster("main").acquire("sync", LeaseOptions.of("another sync"))) {
      assertThatThrownBy(() -> sync(nas, offsite)).isInstanceOf(LeaseHeldException.class);
      other.ensureHeld();
    }
  }

  private RepairReport repair(Storage site, Storage other) {
    try (Repository repository = open(nas)) {
      return repository.repair(
          "main", site, List.of(new Site("other", other, false)), request(false).watcher());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void putsGoodCopiesBack() {
    sync(nas, offsite);
    List<String> all = keys(offsite, "clusters");
    for (String key : all) {
      if (!key.contains("documents")) {
        byte[] damaged = SampleRepository.read(offsite, key);
        damaged[damaged.length - 20] ^= 1;
        overwrite(offsite, key, damaged);
      }
    }
    offsite.delete(ObjectKey.of(keys(offsite, PACKS + "/" + id(1)).getFirst()));
    offsite.delete(ObjectKey.of("clusters/main/wal/1/6"));
    RepairReport report = repair(offsite, nas);

    requireSame(nas, offsite);
    assertThat(report.lost()).isEmpty();
    assertThat(report.mended()).hasSize(all.size() - 1).allMatch(m -> m.from().equals("other"));
    assertThat(repair(offsite, nas).mended()).isEmpty();
  }

  @Test
  void leavesADamagedObjectWhereNoCopyIsBetter() {
    sync(nas, offsite);
    byte[] damaged = SampleRepository.read(nas, "clusters/main/wal/1/5");
    damaged[200] ^= 1;
    overwrite(nas, "clusters/main/wal/1/5", damaged);
    overwrite(offsite, "clusters/main/wal/1/5", new byte[10]);
    RepairReport report = repair(offsite, nas);

    assertThat(SampleRepository.read(offsite, "clusters/main/wal/1/5")).hasSize(10);
    assertThat(report.mended()).isEmpty();
    assertThat(report.lost())
        .singleElement()
        .satisfies(lost -> assertThat(lost.object()).isEqualTo("clusters/main/wal/1/5"));
  }

  /** Killed or failing anywhere, it has lost nothing that another run does not bring back. */
  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"ERROR_BEFORE", "ERROR_AFTER", "DEATH_BEFORE", "DEATH_AFTER", "TORN"})
  void aRepairThatFailsLosesNothing(Fault fault) {
    boolean swept = false;
    for (int nth = 1; !swept; nth++) {
      offsite = Storages.memory("offsite");
      sync(nas, offsite);
      for (String key : List.of("clusters/main/wal/1/5", keys(offsite, PACKS).getFirst())) {
        byte[] damaged = SampleRepository.read(offsite, key);
        damaged[100] ^= 1;
        overwrite(offsite, key, damaged);
      }
      FaultyStorage faulty = FaultyStorage.over(offsite, nth);
      try {
        faulty.failing(nth, fault);
        repair(faulty, nas);
      } catch (HoldfastException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
      swept = !faulty.spent();
      now = now.plusSeconds(3600);
      removeDamagedLeases(fault);
      repair(offsite, nas);
      requireSame(nas, offsite);
    }
  }

  /** Whatever fails where: what the destination announces is whole, and the next run ends it. */
  @ParameterizedTest
  @EnumSource(Fault.class)
  void whateverFailsTheNextRunEndsIt(Fault fault) {
    for (boolean ofSource : new boolean[] {true, false}) {
      boolean swept = false;
      for (int nth = 1; !swept; nth++) {
        offsite = Storages.memory("offsite");
        FaultyStorage faulty = FaultyStorage.over(ofSource ? nas : offsite, nth);
        String what = fault + " at call " + nth + (ofSource ? " of the source" : "");
        try {
          faulty.failing(nth, fault);
          sync(ofSource ? faulty : nas, ofSource ? offsite : faulty);
        } catch (HoldfastException e) {
          assertThat(e).as(what).hasMessageMatching("(?s).+");
        }
        swept = !faulty.spent();
        now = now.plusSeconds(3600);
        requireAnnouncedIsWhole(what);
        removeDamagedLeases(fault);
        if (sync(nas, offsite).complete()) {
          requireSame(nas, offsite);
          requireWhole(offsite, id(1), id(2));
        } else {
          assertThat(fault).as(what).isIn(Fault.TORN, Fault.FLIPPED_BIT);
        }
      }
    }
    assertThat(objects(nas)).isNotEmpty();
  }

  /** As the format says; nothing else of them is lost. */
  private void removeDamagedLeases(Fault fault) {
    if (fault == Fault.TORN || fault == Fault.FLIPPED_BIT) {
      keys(offsite, "clusters/main/leases").forEach(key -> offsite.delete(ObjectKey.of(key)));
    }
  }

  private void requireAnnouncedIsWhole(String what) {
    List<String> announced = keys(offsite, "clusters/main/backups");
    if (announced.isEmpty()) {
      return;
    }
    try (Repository alone = open(offsite)) {
      for (BackupId id : alone.cluster("main").backupIds()) {
        BackupReader reader = alone.cluster("main").open(id);
        assertThat(files(reader)).as(what).hasSize(2);
        try (ChunkReader chunks = reader.openReader()) {
          byte[] found = chunks.read(SampleRepository.chunk(files(reader).getFirst()));
          assertThat(Arrays.copyOf(found, 3000)).as(what).isEqualTo(content);
        }
      }
    }
  }
}
