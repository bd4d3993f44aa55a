package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.commit;
import static io.holdfast.repository.SampleRepository.content;
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

import io.holdfast.repository.Manifest.PackUse;
import io.holdfast.repository.Manifest.Section;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.storage.Call;
import io.holdfast.testkit.storage.Fault;
import io.holdfast.testkit.storage.FaultyStorage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A section that did not change is named where it lies, and is never believed unseen. */
final class ParentSectionsTest {
  private static final int FILES = 9_000;

  private final Storage storage = Storages.memory("sections");

  private ClusterArchive cluster(boolean encrypted) {
    return SampleRepository.found(storage, encrypted).cluster("main");
  }

  private ClusterArchive over(Storage site) {
    return SampleRepository.reopen(site, true).cluster("main");
  }

  /** Enough files for several sections, all in one chunk; the sections lie in a pack of theirs. */
  private static Manifest parent(ClusterArchive cluster) {
    try (BackupWriter writer = cluster.begin(id(1), WriteOptions.DEFAULT)) {
      List<Extent> extents = List.of(whole(chunk(writer, 1)));
      for (int i = 0; i < FILES; i++) {
        writer.add(file(path(i), extents));
      }
      Manifest manifest = commit(writer);
      assertThat(manifest.sections()).hasSizeGreaterThan(2);
      return manifest;
    }
  }

  private static ChunkRef chunk(BackupWriter writer, int seed) {
    try (ChunkSink sink = writer.openSink()) {
      return sink.store(content(8192, seed), 0, 8192);
    }
  }

  private static String path(int number) {
    return String.format("base/%07d", number);
  }

  /** A child of the parent, with some files changed. */
  private static Manifest child(
      ClusterArchive cluster,
      BackupId id,
      Manifest parent,
      Set<PackRef> evicted,
      Map<String, StoredFile> changed) {
    Map<String, StoredFile> entries = new TreeMap<>(StoredFile.PATH_ORDER);
    files(cluster.open(parent.id())).forEach(each -> entries.put(each.path(), each));
    entries.putAll(changed);
    try (BackupWriter writer = cluster.begin(id, WriteOptions.DEFAULT)) {
      writer.inheriting(parent, evicted);
      entries.values().forEach(writer::add);
      return commit(writer);
    }
  }

  private static Set<PackRef> sectionPacks(Manifest manifest) {
    return manifest.sections().stream()
        .map(section -> section.chunk().pack())
        .collect(Collectors.toSet());
  }

  private static long liveBytes(Manifest manifest, PackRef pack) {
    return manifest.packs().stream()
        .filter(use -> use.pack().equals(pack))
        .mapToLong(PackUse::liveBytes)
        .sum();
  }

  private static List<ChunkRef> own(Manifest manifest) {
    return manifest.sections().stream()
        .map(Section::chunk)
        .filter(chunk -> chunk.pack().backup().equals(manifest.id()))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void onlySectionsThatChangedAreWritten(boolean encrypted) {
    ClusterArchive cluster = cluster(encrypted);
    Manifest parent = parent(cluster);
    Map<String, StoredFile> changed = Map.of(path(4000), file(path(4000), List.of()));
    Manifest child = child(cluster, id(2), parent, Set.of(), changed);

    assertThat(child.sections()).hasSameSizeAs(parent.sections());
    assertThat(own(child)).hasSize(1);
    PackRef shared = parent.sections().getFirst().chunk().pack();
    long taken =
        child.sections().stream()
            .map(Section::chunk)
            .filter(chunk -> chunk.pack().equals(shared))
            .mapToLong(ChunkRef::storedLength)
            .sum();
    assertThat(liveBytes(child, shared)).isEqualTo(taken).isLessThan(liveBytes(parent, shared));

    cluster.delete(id(1));
    List<StoredFile> files = files(cluster.open(id(2)));
    assertThat(files).hasSize(FILES);
    assertThat(files.get(4000)).isEqualTo(changed.get(path(4000)));
    readAll(cluster.open(id(2)));
    cluster.delete(id(2));
    assertThat(keys(storage, "clusters")).isEmpty();
  }

  @Test
  void aBackupInWhichNothingChangedIsItsManifest() {
    ClusterArchive cluster = cluster(true);
    Manifest parent = parent(cluster);
    Manifest child = child(cluster, id(2), parent, Set.of(), Map.of());
    assertThat(child.sections()).isEqualTo(parent.sections());
    assertThat(child.packs()).containsExactlyInAnyOrderElementsOf(parent.packs());
    assertThat(keys(storage, "clusters/main/packs/" + id(2))).isEmpty();
    long manifest = read(storage, "clusters/main/backups/" + id(2) + ".manifest").length;
    assertThat(child.totals().bytesStored()).isEqualTo(manifest);

    cluster.delete(id(1));
    Manifest grandchild = child(cluster, id(3), child, Set.of(), Map.of());
    cluster.delete(id(2));
    assertThat(grandchild.sections()).isEqualTo(parent.sections());
    assertThat(files(cluster.open(id(3)))).hasSize(FILES);
    cluster.orphans().forEach(cluster::remove);
    readAll(cluster.open(id(3)));
  }

  @Test
  void allSectionsOfAFileOfVeryManyExtentsAreTakenOver() {
    ClusterArchive cluster = cluster(true);
    Manifest parent;
    try (BackupWriter writer = cluster.begin(id(1), WriteOptions.DEFAULT)) {
      List<Extent> extents = new ArrayList<>();
      try (ChunkSink sink = writer.openSink()) {
        for (int i = 0; i < 120_000; i++) {
          extents.add(whole(sink.store(new byte[] {(byte) i, (byte) (i >> 8), 1}, 0, 3)));
        }
      }
      writer.add(file("big", extents));
      writer.add(file("small", List.of()));
      parent = commit(writer);
    }
    assertThat(parent.sections())
        .filteredOn(s -> s.firstPath().equals("big"))
        .hasSizeGreaterThan(1);
    Map<String, StoredFile> changed = Map.of("z", file("z", List.of()));
    Manifest child = child(cluster, id(2), parent, Set.of(), changed);
    assertThat(own(child)).hasSize(1);
    assertThat(files(cluster.open(id(2))).getFirst())
        .isEqualTo(files(cluster.open(id(1))).getFirst());
  }

  /** Empty files, so that the bytes of a section depend on their times alone. */
  private static List<StoredFile> empty(Instant modified) {
    return List.of(
        new StoredFile(
            "a",
            StoredFile.Kind.FILE,
            0600,
            "postgres",
            "postgres",
            modified,
            0,
            "",
            List.of(),
            Map.of()));
  }

  private static Manifest write(ClusterArchive cluster, BackupId id, List<StoredFile> files) {
    try (BackupWriter writer = cluster.begin(id, WriteOptions.DEFAULT)) {
      files.forEach(writer::add);
      return commit(writer);
    }
  }

  /** Whoever chooses a content can make two with one fingerprint. */
  @Test
  void anEqualFingerprintProvesNothing() {
    ClusterArchive cluster = cluster(true);
    List<StoredFile> before = empty(SampleRepository.NOW);
    List<StoredFile> after = empty(SampleRepository.NOW.plusSeconds(1));
    Manifest parent = write(cluster, id(1), before);
    ChunkRef true1 = parent.sections().getFirst().chunk();
    ChunkRef other = write(cluster, id(2), after).sections().getFirst().chunk();
    assertThat(other.rawLength()).isEqualTo(true1.rawLength());
    assertThat(other.fingerprint()).isNotEqualTo(true1.fingerprint());

    Manifest lying = withFingerprint(parent, other.fingerprint());
    try (BackupWriter writer = cluster.begin(id(3), WriteOptions.DEFAULT)) {
      writer.inheriting(lying);
      after.forEach(writer::add);
      assertThat(own(commit(writer))).hasSize(1);
    }
    assertThat(files(cluster.open(id(3)))).isEqualTo(after);
  }

  private static Manifest withFingerprint(Manifest manifest, long fingerprint) {
    Section section = manifest.sections().getFirst();
    ChunkRef chunk = section.chunk();
    ChunkRef lying =
        new ChunkRef(
            chunk.pack(),
            chunk.number(),
            chunk.offset(),
            chunk.storedLength(),
            chunk.rawLength(),
            fingerprint);
    return new Manifest(
        manifest.id(),
        manifest.cluster(),
        manifest.kind(),
        manifest.parent(),
        manifest.started(),
        manifest.finished(),
        manifest.writtenBy(),
        manifest.totals(),
        manifest.packs(),
        List.of(new Section(lying, section.firstPath(), section.lastPath(), section.files())),
        manifest.details());
  }

  @Test
  void aDamagedSectionIsWrittenAnew() {
    ClusterArchive cluster = cluster(true);
    Manifest parent = parent(cluster);
    List<StoredFile> files = files(cluster.open(id(1)));
    ChunkRef damaged = parent.sections().get(2).chunk();
    String key = pack(damaged.pack());
    byte[] bytes = read(storage, key);
    bytes[(int) damaged.offset() + damaged.storedLength() / 2] ^= 1;
    overwrite(storage, key, bytes);

    Manifest child = inheritAll(cluster, id(2), parent, Set.of(), files);
    assertThat(child.sections().get(2).chunk().pack().backup()).isEqualTo(id(2));
    assertThat(files(cluster.open(id(2)))).isEqualTo(files);
    assertThatThrownBy(() -> files(cluster.open(id(1))))
        .isInstanceOf(RepositoryDamagedException.class);
  }

  @Test
  void aLostPackOfSectionsIsNotNamed() {
    ClusterArchive cluster = cluster(true);
    Manifest parent = parent(cluster);
    List<StoredFile> files = files(cluster.open(id(1)));
    sectionPacks(parent).forEach(pack -> storage.delete(ObjectKey.of(pack(pack))));
    Manifest child = inheritAll(cluster, id(2), parent, Set.of(), files);
    assertThat(own(child)).hasSameSizeAs(parent.sections());
    assertThat(files(cluster.open(id(2)))).isEqualTo(files);
  }

  /** The new backup can be written, so it is not given up because an old section cannot be read. */
  @Test
  void aSiteThatDoesNotGiveASectionIsNotAskedForTheOthers() {
    cluster(true);
    FaultyStorage faulty = FaultyStorage.over(storage, 1);
    ClusterArchive cluster = over(faulty);
    Manifest parent = parent(cluster);
    List<StoredFile> files = files(cluster.open(id(1)));
    try (BackupWriter writer = cluster.begin(id(2), WriteOptions.DEFAULT)) {
      writer.inheriting(parent);
      faulty.failing(Call.READ_RANGE, 1, Fault.TIME_OUT);
      int before = faulty.calls(Call.READ_RANGE);
      files.forEach(writer::add);
      assertThat(faulty.calls(Call.READ_RANGE) - before).isEqualTo(1);
      assertThat(own(commit(writer))).hasSameSizeAs(parent.sections());
    }
    assertThat(files(cluster.open(id(2)))).isEqualTo(files);
  }

  @Test
  void packsThatAreGivenUpGoWithTheBackupsThatNameThem() {
    ClusterArchive cluster = cluster(true);
    Manifest parent = parent(cluster);
    List<StoredFile> files = files(cluster.open(id(1)));
    Manifest child = inheritAll(cluster, id(2), parent, sectionPacks(parent), files);
    assertThat(own(child)).hasSameSizeAs(parent.sections());
    assertThat(child.packs())
        .extracting(PackUse::pack)
        .doesNotContainAnyElementsOf(sectionPacks(parent));
    cluster.delete(id(1));
    sectionPacks(parent).forEach(pack -> assertThat(keys(storage, pack(pack))).isEmpty());
    assertThat(keys(storage, "clusters/main/packs/" + id(1))).hasSize(1);
    assertThat(files(cluster.open(id(2)))).isEqualTo(files);
    readAll(cluster.open(id(2)));
  }

  @Test
  void chunksOfPacksThatAreGivenUpAreRefused() {
    ClusterArchive cluster = cluster(true);
    Manifest parent = parent(cluster);
    List<StoredFile> files = files(cluster.open(id(1)));
    Set<PackRef> data = Set.of(SampleRepository.chunk(files.getFirst()).pack());
    try (BackupWriter writer = cluster.begin(id(2), WriteOptions.DEFAULT)) {
      writer.inheriting(parent, data);
      assertThatThrownBy(() -> writer.add(files.getFirst()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("gives up");
    }
  }

  @Test
  void aParentIsDeclaredBeforeTheFirstEntry() {
    ClusterArchive cluster = cluster(true);
    Manifest parent = parent(cluster);
    try (BackupWriter writer = cluster.begin(id(2), WriteOptions.DEFAULT)) {
      writer.add(file("a", List.of()));
      assertThatThrownBy(() -> writer.inheriting(parent))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("before it inherits");
    }
  }

  private static Manifest inheritAll(
      ClusterArchive cluster,
      BackupId id,
      Manifest parent,
      Set<PackRef> evicted,
      List<StoredFile> files) {
    try (BackupWriter writer = cluster.begin(id, WriteOptions.DEFAULT)) {
      writer.inheriting(parent, evicted);
      files.forEach(writer::add);
      return commit(writer);
    }
  }

  private static String pack(PackRef pack) {
    return String.format("clusters/main/packs/%s/%06d.pack", pack.backup(), pack.number());
  }
}
