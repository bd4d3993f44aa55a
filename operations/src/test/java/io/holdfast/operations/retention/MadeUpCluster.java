package io.holdfast.operations.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.physical.PhysicalDetails.Findings;
import io.holdfast.operations.physical.PhysicalDetails.Server;
import io.holdfast.operations.physical.PhysicalDetails.Window;
import io.holdfast.operations.physical.PhysicalDetailsTest;
import io.holdfast.operations.verify.Verification;
import io.holdfast.operations.verify.VerifyReport;
import io.holdfast.operations.verify.VerifyRequest;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.ChunkSink;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Extent;
import io.holdfast.repository.KeyPairText;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.repository.StoredFile;
import io.holdfast.repository.WriteOptions;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.Progress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * An encrypted repository with backups and WAL of a server that never was: the packs, manifests and
 * names are real, the WAL is a few bytes under each name.
 */
final class MadeUpCluster implements AutoCloseable {
  static final long SYSTEM = 7_300_000_000_000_000_001L;
  static final int SEGMENT = 1 << 20;
  private static final KeyPairText KEYS = KeyPairText.generate();

  private final Repository repository;

  final ClusterArchive archive;

  private MadeUpCluster(Repository repository, String name) {
    this.repository = repository;
    this.archive = repository.cluster(name);
  }

  static MadeUpCluster create(Storage storage, InstantSource clock) {
    return new MadeUpCluster(
        Repository.create(
            storage, new KeySource.Keys(List.of(), List.of(KEYS.privateKey())), "test", clock),
        "main");
  }

  static MadeUpCluster open(Storage storage, InstantSource clock) {
    return open(storage, clock, "main");
  }

  static MadeUpCluster open(Storage storage, InstantSource clock, String name) {
    return new MadeUpCluster(
        Repository.open(storage, new KeySource.Keys(List.of(), List.of(KEYS.privateKey())), clock),
        name);
  }

  Repository repository() {
    return repository;
  }

  static BackupId id(int day) {
    return new BackupId(String.format("202603%02dT010000Z-aaaa", day));
  }

  static Instant night(int day) {
    return Instant.parse(String.format("2026-03-%02dT01:00:00Z", day));
  }

  /** What can be chosen of a backup. */
  static final class Made {
    Optional<BackupId> parent = Optional.empty();
    long system = SYSTEM;
    int timeline = 1;
    long damagedPages;
    int startSegment;
    String kind = PhysicalDetails.KIND;

    Made(int startSegment) {
      this.startSegment = startSegment;
    }

    Made on(BackupId id) {
      parent = Optional.of(id);
      return this;
    }

    Made of(int onTimeline) {
      timeline = onTimeline;
      return this;
    }

    Made system(long other) {
      system = other;
      return this;
    }

    Made damaged(long pages) {
      damagedPages = pages;
      return this;
    }
  }

  /** A backup of that night that begins in one segment and ends in the next. */
  BackupId backup(int day, Made made) {
    BackupId id = id(day);
    try (BackupWriter writer = archive.begin(id, new WriteOptions(3000, 0))) {
      commit(writer, day, made);
    }
    return id;
  }

  void commit(BackupWriter writer, int day, Made made) {
    commit(writer, night(day), made, () -> {});
  }

  void commit(BackupWriter writer, Instant started, Made made, Runnable fence) {
    List<StoredFile> files = new ArrayList<>();
    made.parent.ifPresent(parent -> {
      BackupReader reader = archive.open(parent);
      writer.inheriting(reader.manifest());
      reader.files(file -> {
        if (file.path().equals("own")) {
          files.add(file("inherited", file.extents()));
        }
      });
    });
    byte[] own = content(writer.id());
    try (ChunkSink sink = writer.openSink()) {
      ChunkRef chunk = sink.store(own, 0, own.length);
      files.add(file("own", List.of(new Extent.Slice(own.length, chunk, 0))));
    }
    files.forEach(writer::add);
    writer.commit(
        new BackupWriter.Commit(
            made.kind, made.parent, started, started.plusSeconds(600), 1, details(made).toJson()),
        fence);
  }

  private static StoredFile file(String path, List<Extent> extents) {
    long length = extents.stream().mapToLong(Extent::length).sum();
    return new StoredFile(
        path,
        StoredFile.Kind.FILE,
        0600,
        "postgres",
        "postgres",
        Instant.EPOCH,
        length,
        "",
        extents,
        Map.of());
  }

  private static byte[] content(BackupId id) {
    byte[] bytes = new byte[5000];
    new SplittableRandom(id.hashCode()).nextBytes(bytes);
    return bytes;
  }

  private static PhysicalDetails details(Made made) {
    PhysicalDetails d = PhysicalDetailsTest.sample();
    Server s = d.server();
    Lsn start = new Lsn((long) made.startSegment * SEGMENT + 40);
    Lsn stop = new Lsn((made.startSegment + 1L) * SEGMENT + 8000);
    Instant when = Instant.EPOCH;
    return new PhysicalDetails(
        new Server(
            made.system,
            s.versionNumber(),
            s.version(),
            s.controlVersion(),
            s.catalogVersion(),
            SEGMENT,
            s.blockSize(),
            s.blocksPerSegment(),
            1,
            s.dataDirectory(),
            s.port()),
        new Window(start, made.timeline, stop, made.timeline, start, when, when, false, "receiver"),
        d.label(),
        d.tablespaceMap(),
        d.control(),
        d.tablespaces(),
        d.databases(),
        d.extensions(),
        d.settings(),
        d.configFiles(),
        new Findings(10, 0, made.damagedPages, List.of(), List.of()),
        d.notes(),
        d.effort(),
        d.changes());
  }

  /** Segments of a timeline, both included, each with its summary. */
  void wal(int timeline, long first, long last) {
    wal(SYSTEM, timeline, first, last);
  }

  void wal(long system, int timeline, long first, long last) {
    for (long number = first; number <= last; number++) {
      String name = new WalSegment(timeline, number, SEGMENT).name();
      put("wal", system, timeline, name);
      put("changes", system, timeline, name);
    }
  }

  /** Anything else in an area, by its name. */
  void put(String area, long system, int timeline, String name) {
    byte[] bytes = {1, 2, 3};
    archive
        .objects(area)
        .put(
            String.format("%s/%08X/%s", Long.toUnsignedString(system), timeline, name),
            bytes,
            0,
            bytes.length,
            Map.of("segment-size", "" + SEGMENT));
  }

  void history(int timeline, String text) {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    archive
        .objects("wal")
        .put(
            String.format("%s/%08X/%08X.history", SYSTEM, timeline, timeline),
            bytes,
            0,
            bytes.length,
            Map.of());
  }

  /** Names in an area, without the server's. */
  List<String> names(String area) {
    List<String> names = new ArrayList<>();
    archive
        .objects(area)
        .list("", entry -> names.add(entry.name().substring(entry.name().indexOf('/') + 1)));
    return names;
  }

  static String segment(int timeline, long number) {
    return String.format("%08X/", timeline) + new WalSegment(timeline, number, SEGMENT).name();
  }

  /** Every backup that exists has its packs and its WAL, and gives back what was stored. */
  void requireWhole() {
    VerifyReport report = Verification.run(archive, VerifyRequest.stored(), Progress.NONE);
    assertThat(report.faults()).isEmpty();
    for (BackupId id : archive.backupIds()) {
      BackupReader backup = archive.open(id);
      try (ChunkReader reader = backup.openReader()) {
        backup.files(file -> {
          Extent.Slice slice = (Extent.Slice) file.extents().getFirst();
          BackupId owner = slice.chunk().pack().backup();
          byte[] read = Arrays.copyOf(reader.read(slice.chunk()), slice.chunk().rawLength());
          assertThat(Arrays.equals(read, content(owner))).as(file.path() + " of " + id).isTrue();
        });
      }
    }
  }

  static Map<String, Long> objects(Storage storage) {
    TreeMap<String, Long> found = new TreeMap<>();
    storage.list("", stat -> found.put(stat.key().text(), stat.size()));
    return found;
  }

  /** Another storage with the same objects. */
  static void copy(Storage from, Storage to) {
    objects(from)
        .keySet()
        .forEach(key -> to.create(ObjectKey.of(key), from.read(ObjectKey.of(key)).content()));
  }

  @Override
  public void close() {
    repository.close();
  }
}
