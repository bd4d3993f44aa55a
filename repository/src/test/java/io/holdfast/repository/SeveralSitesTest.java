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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.SealedObjects.Put;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.storage.Fault;
import io.holdfast.testkit.storage.FaultyStorage;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A repository on two sites, in good days and in bad ones. */
final class SeveralSitesTest {
  private static final String FIRST_PACK = "clusters/main/packs/" + id(1) + "/000001.pack";
  private static final Patience PATIENCE =
      new Patience(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofDays(1));

  private final byte[] first = content(3000, 1);
  private final byte[] second = content(4000, 2);
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private Instant now = SampleRepository.NOW;

  /** Two sites of one repository. */
  private record Sites(Storage nas, Storage offsite) {
    static Sites founded() {
      Sites sites = new Sites(Storages.memory("nas"), Storages.memory("offsite"));
      SampleRepository.found(sites.nas, true).close();
      sites.nas.list(
          "", stat -> sites.offsite.create(stat.key(), sites.nas.read(stat.key()).content()));
      return sites;
    }

    List<Site> as(Storage nas, Storage offsite, boolean required) {
      return List.of(new Site("nas", nas, true), new Site("offsite", offsite, required));
    }
  }

  private Repository writing(List<Site> sites) {
    return open(Storages.mirror(sites, Repository.placement(), warnings::add, PATIENCE));
  }

  private Repository reading(Sites sites) {
    return open(
        Storages.reading(
            sites.as(sites.nas, sites.offsite, false),
            Repository.placement(),
            warnings::add,
            PATIENCE));
  }

  private Repository open(Storage storage) {
    return Repository.open(storage, SampleRepository.keys(true), () -> now);
  }

  private Repository mirror(Sites sites) {
    return writing(sites.as(sites.nas, sites.offsite, false));
  }

  private Manifest backup(ClusterArchive cluster, BackupId id) {
    try (BackupWriter writer = cluster.begin(id, new WriteOptions(3000, 3))) {
      ChunkRef one;
      ChunkRef other;
      try (ChunkSink sink = writer.openSink()) {
        one = sink.store(first, 0, first.length);
        other = sink.store(second, 0, second.length);
      }
      writer.add(file("a", List.of(whole(one))));
      writer.add(file("b", List.of(whole(other))));
      return commit(writer);
    }
  }

  private static void inherit(ClusterArchive cluster, BackupId id) {
    BackupReader parent = cluster.open(id(1));
    try (BackupWriter writer = cluster.begin(id, WriteOptions.DEFAULT)) {
      writer.inheriting(parent.manifest(), Set.of());
      files(parent).forEach(writer::add);
      commit(writer);
    }
  }

  private void requireWhole(ClusterArchive cluster, BackupId id) {
    BackupReader reader = cluster.open(id);
    List<StoredFile> files = files(reader);
    try (ChunkReader chunks = reader.openReader()) {
      assertThat(Arrays.copyOf(chunks.read(chunk(files.get(0))), 3000)).isEqualTo(first);
      assertThat(Arrays.copyOf(chunks.read(chunk(files.get(1))), 4000)).isEqualTo(second);
    }
  }

  /** Whatever that site says it has, it has by itself. */
  private List<BackupId> requireWholeAlone(Storage site, boolean mayBeDamaged) {
    try (Repository repository = open(site)) {
      ClusterArchive cluster = repository.cluster("main");
      List<BackupId> ids = cluster.backupIds();
      for (BackupId id : ids) {
        try {
          requireWhole(cluster, id);
        } catch (RepositoryDamagedException e) {
          assertThat(mayBeDamaged).as(e.getMessage()).isTrue();
        }
      }
      return ids;
    }
  }

  @Test
  void putsABackupOnEverySite() {
    Sites sites = Sites.founded();
    try (Repository repository = mirror(sites)) {
      backup(repository.cluster("main"), id(1));
      inherit(repository.cluster("main"), id(2));
    }

    assertThat(keys(sites.offsite, "")).isEqualTo(keys(sites.nas, "")).doesNotContain("leases");
    assertThat(requireWholeAlone(sites.offsite, false)).containsExactly(id(1), id(2));
    assertThat(warnings).isEmpty();
  }

  @Test
  void announcesNoBackupWhereSomethingThatItNamesIsMissing() {
    Sites sites = Sites.founded();
    try (Repository repository = open(sites.nas)) {
      backup(repository.cluster("main"), id(1));
    }
    try (Repository repository = mirror(sites)) {
      inherit(repository.cluster("main"), id(2));
    }

    assertThat(requireWholeAlone(sites.nas, false)).containsExactly(id(1), id(2));
    assertThat(requireWholeAlone(sites.offsite, false)).isEmpty();
    assertThat(warnings)
        .last()
        .asString()
        .contains("announce backup " + id(2), "offsite", FIRST_PACK, "holdfast sync offsite");
  }

  @Test
  void announcesNoBackupWhereSomethingIsMissingThatOnlyTheCallerKnows() {
    Sites sites = Sites.founded();
    try (Repository repository = mirror(sites);
        BackupWriter writer = repository.cluster("main").begin(id(1), WriteOptions.DEFAULT)) {
      writer.requiring(site -> site.objects("wal").find("5").isPresent());
      commit(writer);
    }

    assertThat(requireWholeAlone(sites.offsite, false)).isEmpty();
    assertThat(warnings).singleElement().asString().contains("WAL");
  }

  @Test
  void failsEarlyWhereARequiredSiteLacksTheParent() {
    Sites sites = Sites.founded();
    try (Repository repository = open(sites.nas)) {
      backup(repository.cluster("main"), id(1));
    }
    try (Repository repository = writing(sites.as(sites.nas, sites.offsite, true))) {
      assertThatThrownBy(() -> inherit(repository.cluster("main"), id(2)))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("inherit from backup " + id(1))
          .hasMessageContaining("required");
    }

    assertThat(requireWholeAlone(sites.nas, false)).containsExactly(id(1));
    assertThat(keys(sites.offsite, "clusters")).isEmpty();
  }

  /** A copy of a backup under way must not be taken for leftovers by whoever cleans that site. */
  @Test
  void isPresentOnEverySiteWhileItWrites() {
    Sites sites = Sites.founded();
    try (Repository repository = mirror(sites);
        BackupWriter writer = repository.cluster("main").begin(id(1), WriteOptions.DEFAULT);
        Repository alone = open(sites.offsite)) {
      try (ChunkSink sink = writer.openSink()) {
        sink.store(first, 0, first.length);
      }
      assertThat(keys(sites.offsite, "clusters/main/packs")).hasSize(1);
      assertThat(alone.cluster("main").orphans()).isEmpty();
    }

    assertThat(keys(sites.offsite, "clusters")).isEmpty();
  }

  /** The backups of another site may need it: each site has its own. */
  @Test
  void deletesWholeWalOnThePrimaryAloneAndPartsEverywhere() {
    Sites sites = Sites.founded();
    try (Repository repository = mirror(sites)) {
      SealedObjects wal = repository.cluster("main").objects("wal");
      for (String name : List.of("7/00000001/5", "7/00000001/6.part/0-9")) {
        wal.put(name, first, 0, 3000, Map.of());
        wal.delete(name);
      }
    }

    assertThat(keys(sites.nas, "clusters")).isEmpty();
    assertThat(keys(sites.offsite, "clusters")).containsExactly("clusters/main/wal/7/00000001/5");
  }

  @Test
  void deletesABackupOnThePrimaryAlone() {
    Sites sites = Sites.founded();
    try (Repository repository = mirror(sites)) {
      backup(repository.cluster("main"), id(1));
      repository.cluster("main").delete(id(1));
    }

    assertThat(requireWholeAlone(sites.nas, false)).isEmpty();
    assertThat(requireWholeAlone(sites.offsite, false)).containsExactly(id(1));
  }

  @Test
  void readsEachDamagedPartFromTheSiteThatHasItWhole() {
    Sites sites = Sites.founded();
    try (Repository repository = mirror(sites)) {
      backup(repository.cluster("main"), id(1));
      repository.cluster("main").objects("wal").put("5", first, 0, 3000, Map.of("a", "b"));
    }
    for (String key : keys(sites.nas, "clusters")) {
      byte[] damaged = SampleRepository.read(sites.nas, key);
      for (int at = 60; at < damaged.length; at += 100) {
        damaged[at] ^= 1;
      }
      SampleRepository.overwrite(sites.nas, key, damaged);
    }
    sites.nas.delete(ObjectKey.of(FIRST_PACK.replace("1.pack", "2.pack")));

    try (Repository repository = reading(sites)) {
      ClusterArchive cluster = repository.cluster("main");
      requireWhole(cluster, id(1));
      ByteArrayOutputStream wal = new ByteArrayOutputStream();
      assertThat(cluster.objects("wal").find("5").orElseThrow().length()).isEqualTo(3000);
      assertThat(cluster.objects("wal").get("5", wal)).isPresent();
      assertThat(wal.toByteArray()).isEqualTo(first);
    }
    assertThat(warnings)
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).contains("from site offsite"));
    assertThat(String.join("\n", warnings)).contains(".pack", ".manifest", "wal/5");
  }

  /**
   * What only another site has whole is written anew, or the next backup is none on the primary.
   */
  @Test
  void inheritsNothingThatThePrimaryHasNotWhole() {
    Sites sites = Sites.founded();
    try (Repository repository = mirror(sites)) {
      ClusterArchive cluster = repository.cluster("main");
      backup(cluster, id(1));
      String sections = keys(sites.nas, "clusters/main/packs").getLast();
      byte[] damaged = SampleRepository.read(sites.nas, sections);
      damaged[100] ^= 1;
      SampleRepository.overwrite(sites.nas, sections, damaged);
      assertThatThrownBy(() -> files(cluster.open(id(1))))
          .isInstanceOf(RepositoryDamagedException.class);
    }
  }

  /** What was written of a segment until its damage showed is not written again. */
  @Test
  void continuesAnObjectWhereItsDamageBegins() {
    Sites sites = Sites.founded();
    byte[] segment = content(5 << 20, 9);
    try (Repository repository = mirror(sites)) {
      repository.cluster("main").objects("wal").put("5", segment, 0, segment.length, Map.of());
    }
    ObjectKey key = ObjectKey.of("clusters/main/wal/5");
    byte[] stored = new byte[(int) sites.nas.stat(key).orElseThrow().size()];
    sites.nas.read(key, 0, stored, 0, stored.length);
    stored[stored.length * 3 / 4] ^= 1;
    sites.nas.delete(key);
    sites.nas.create(key, stored);
    ByteArrayOutputStream found = new ByteArrayOutputStream();
    try (Repository repository = reading(sites)) {
      repository.cluster("main").objects("wal").get("5", found);
    }

    assertThat(found.toByteArray()).isEqualTo(segment);
  }

  @Test
  void saysWhatIsDamagedWhenNoSiteHasItWhole() {
    Sites sites = Sites.founded();
    try (Repository repository = mirror(sites)) {
      backup(repository.cluster("main"), id(1));
    }
    for (Storage site : List.of(sites.nas, sites.offsite)) {
      byte[] damaged = SampleRepository.read(site, FIRST_PACK);
      damaged[300] ^= 1;
      SampleRepository.overwrite(site, FIRST_PACK, damaged);
    }
    try (Repository repository = reading(sites)) {
      assertThatThrownBy(() -> requireWhole(repository.cluster("main"), id(1)))
          .isInstanceOf(RepositoryDamagedException.class)
          .hasMessageContaining(FIRST_PACK);
    }
  }

  /** Of a further site that need not be there, whatever it does hinders no backup and no WAL. */
  @ParameterizedTest
  @EnumSource(Fault.class)
  void noFailureOfACatchingUpSiteHindersAnything(Fault fault) {
    int told = 0;
    boolean swept = false;
    for (int nth = 1; !swept; nth++) {
      Sites sites = Sites.founded();
      warnings.clear();
      FaultyStorage faulty = FaultyStorage.over(sites.offsite, nth);
      try (Repository repository = writing(sites.as(sites.nas, faulty, false))) {
        faulty.failing(nth, fault);
        everything(repository.cluster("main"));
      }
      swept = !faulty.spent();
      told += warnings.isEmpty() ? 0 : 1;
      now = now.plusSeconds(3600);
      assertThat(requireWholeAlone(sites.nas, false)).containsExactly(id(1), id(2));
      assertThat(keys(sites.nas, "clusters/main/wal")).hasSize(1);
      boolean silent = fault == Fault.FLIPPED_BIT || fault == Fault.TORN;
      List<BackupId> there = requireWholeAlone(sites.offsite, silent);
      if (there.size() < 2) {
        assertThat(warnings).as("%s at call %d", fault, nth).isNotEmpty();
      }
    }
    assertThat(told).isPositive();
  }

  /** Of a required site: success, or a clear failure that a second run mends. */
  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      mode = Mode.EXCLUDE,
      names = {"FLIPPED_BIT"})
  void aFailureOfARequiredSiteIsClearAndMended(Fault fault) {
    sweepRequired(fault, false);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      mode = Mode.EXCLUDE,
      // A read-after-write store does not give stale lists; the contract of storage says so.
      names = {"FLIPPED_BIT", "STALE_LIST"})
  void aFailureOfThePrimaryIsClearAndMended(Fault fault) {
    sweepRequired(fault, true);
  }

  private void sweepRequired(Fault fault, boolean ofPrimary) {
    boolean swept = false;
    for (int nth = 1; !swept; nth++) {
      Sites sites = Sites.founded();
      FaultyStorage faulty = FaultyStorage.over(ofPrimary ? sites.nas : sites.offsite, nth);
      List<Site> both =
          ofPrimary ? sites.as(faulty, sites.offsite, true) : sites.as(sites.nas, faulty, true);
      boolean announced = false;
      try (Repository repository = writing(both)) {
        faulty.failing(nth, fault);
        everything(repository.cluster("main"));
        announced = true;
      } catch (HoldfastException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
      swept = !faulty.spent();
      faulty.heal();
      now = now.plusSeconds(3600);
      boolean silent = fault == Fault.TORN;
      List<BackupId> nas = requireWholeAlone(sites.nas, silent);
      List<BackupId> offsite = requireWholeAlone(sites.offsite, silent);
      assertThat(nas).containsAll(offsite);
      if (announced) {
        assertThat(offsite).as("%s at call %d", fault, nth).containsExactly(id(1), id(2));
      }
      if (!silent) {
        again(sites, fault + " at call " + nth);
      }
    }
  }

  /** One of two sites may do what it likes: what is read is right, or is not read. */
  @ParameterizedTest
  @EnumSource(Fault.class)
  void readsEverythingWhateverOneSiteDoes(Fault fault) {
    Sites sites = Sites.founded();
    try (Repository repository = mirror(sites)) {
      everything(repository.cluster("main"));
    }
    boolean silent = fault == Fault.FLIPPED_BIT || fault == Fault.TORN;
    for (boolean ofPrimary : new boolean[] {true, false}) {
      boolean swept = false;
      for (int nth = 1; !swept; nth++) {
        FaultyStorage faulty = FaultyStorage.over(ofPrimary ? sites.nas : sites.offsite, nth);
        faulty.failing(nth, fault);
        List<Site> both =
            ofPrimary ? sites.as(faulty, sites.offsite, true) : sites.as(sites.nas, faulty, true);
        try (Repository repository =
            open(Storages.reading(both, Repository.placement(), warnings::add, PATIENCE))) {
          ClusterArchive cluster = repository.cluster("main");
          assertThat(cluster.backupIds()).containsExactly(id(1), id(2));
          requireWhole(cluster, id(2));
          ByteArrayOutputStream wal = new ByteArrayOutputStream();
          assertThat(cluster.objects("wal").get("5", wal)).isPresent();
          assertThat(wal.toByteArray()).isEqualTo(first);
        } catch (HoldfastException e) {
          // The description and the only key slot, where the site answers and lies.
          assertThat(silent).as("%s at call %d: %s", fault, nth, e.getMessage()).isTrue();
        }
        swept = !faulty.spent();
      }
    }
  }

  /** The WAL again, and another backup. */
  private void again(Sites sites, String what) {
    try (Repository repository = writing(sites.as(sites.nas, sites.offsite, true))) {
      ClusterArchive cluster = repository.cluster("main");
      cluster.objects("wal").put("5", first, 0, 3000, Map.of());
      backup(cluster, id(3));
    }
    for (Storage site : List.of(sites.nas, sites.offsite)) {
      try (Repository alone = open(site)) {
        ByteArrayOutputStream wal = new ByteArrayOutputStream();
        assertThat(alone.cluster("main").objects("wal").get("5", wal)).as(what).isPresent();
        assertThat(wal.toByteArray()).isEqualTo(first);
        assertThat(alone.cluster("main").backupIds()).as(what).contains(id(3));
      }
    }
  }

  private void everything(ClusterArchive cluster) {
    assertThat(cluster.objects("wal").put("5", first, 0, 3000, Map.of()))
        .isIn(Put.STORED, Put.SAME_ALREADY_THERE);
    backup(cluster, id(1));
    inherit(cluster, id(2));
    cluster.putDocument("cluster", new byte[10]);
  }
}
