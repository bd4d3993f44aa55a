package io.holdfast.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.changes.FabricatedChanges;
import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.RelationFile;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Extent;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Repository;
import io.holdfast.repository.StoredFile;
import io.holdfast.repository.WriteOptions;
import io.holdfast.storage.RateLimit;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.Progress;
import io.holdfast.vocabulary.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Many generations over made-up files whose changes are known, tracked and compared in turn: each
 * backup holds exactly what the files held, however many others were deleted.
 */
class GenerationsTest {
  private static final int PAGE = 8192;
  private static final int PER_SEGMENT = 4200;
  private static final int GENERATIONS = 45;

  @TempDir Path folder;
  private final Map<String, byte[]> files = new TreeMap<>(StoredFile.PATH_ORDER);
  private final Map<BackupId, Map<String, byte[]>> expected = new HashMap<>();

  @RepeatedTest(4)
  void everyBackupHoldsWhatTheFilesHeld(RepetitionInfo round) throws Exception {
    long seed = round.getCurrentRepetition();
    Random random = new Random(seed);
    try (Storage storage = Storages.memory("generations");
        Repository repository =
            Repository.create(
                storage,
                new KeySource.Keys(
                    List.of(Secret.copyOf("a passphrase".getBytes(StandardCharsets.UTF_8))),
                    List.of()),
                "test",
                InstantSource.system())) {
      ClusterArchive cluster = repository.cluster("main");
      begin(random);
      BackupId parent = take(cluster, Optional.empty(), new Basis.Nothing("the first"));
      for (int generation = 1; generation <= GENERATIONS; generation++) {
        FabricatedChanges changes = new FabricatedChanges();
        for (int i = random.nextInt(12); i > 0; i--) {
          change(random, changes);
        }
        Manifest from = cluster.open(parent).manifest();
        Basis basis =
            random.nextInt(4) == 0
                ? new Basis.Scan(from, "a test")
                : new Basis.Tracked(from, changes.map(), "a test");
        BackupId taken = take(cluster, Optional.of(parent), basis);
        assertSame(cluster, taken, seed);
        if (random.nextInt(3) > 0) {
          cluster.delete(parent);
          expected.remove(parent);
        }
        parent = taken;
      }
      assertThat(cluster.open(parent).manifest().packs().size()).isLessThan(100);
      for (BackupId id : expected.keySet()) {
        assertSame(cluster, id, seed);
      }
    }
  }

  private void begin(Random random) {
    for (int relation = 1; relation <= 6; relation++) {
      put("base/5/" + relation, noise(random, PAGE * (1 + random.nextInt(300))));
    }
    put("base/5/7", noise(random, PAGE * PER_SEGMENT));
    put("base/5/7.1", noise(random, PAGE * 40));
    put("base/5/7_fsm", noise(random, PAGE * 90));
    put("base/5/1_vm", noise(random, PAGE));
    put("base/5/PG_VERSION", "15\n".getBytes(StandardCharsets.US_ASCII));
    put("pg_xact/0000", noise(random, 256 << 10));
    put("postgresql.auto.conf", noise(random, 1234));
  }

  private static byte[] noise(Random random, int length) {
    byte[] bytes = new byte[length];
    for (int at = 0; at + PAGE <= length; at += PAGE) {
      if (random.nextInt(10) > 0) { // some pages are zeros
        ByteBuffer.wrap(bytes).putLong(at, random.nextLong()).putLong(at + 4096, random.nextLong());
      }
    }
    return bytes;
  }

  private void change(Random random, FabricatedChanges changes) {
    int relation = 1 + random.nextInt(7);
    switch (random.nextInt(9)) {
      case 0, 1, 2 -> touch(random, relation, changes, 1 + random.nextInt(30));
      case 3 -> cut(random, relation, changes);
      case 4 -> grow(random, relation, changes);
      case 5 -> renew(random, relation, changes);
      case 6 -> scribble(random, "base/5/7_fsm");
      case 7 -> {
        scribble(random, "pg_xact/0000");
        put("postgresql.auto.conf", noise(random, random.nextInt(20_000)));
      }
      default -> {
        put("base/5/1_vm", noise(random, PAGE * (1 + random.nextInt(3))));
        if (random.nextInt(12) == 0) {
          changes.reset();
        }
      }
    }
  }

  private static String last(int relation) {
    return relation == 7 ? "base/5/7.1" : "base/5/" + relation;
  }

  private static int firstBlock(String path) {
    return path.endsWith(".1") ? PER_SEGMENT : 0;
  }

  private byte[] get(String path) {
    return files.getOrDefault(path, new byte[0]);
  }

  private void touch(Random random, int relation, FabricatedChanges changes, int times) {
    String path = random.nextBoolean() ? "base/5/" + relation : last(relation);
    byte[] content = get(path).clone();
    for (int i = 0; i < times && content.length > 0; i++) {
      int block = random.nextInt(content.length / PAGE);
      ByteBuffer.wrap(content).putLong(block * PAGE + 8 * random.nextInt(1000), random.nextLong());
      changes.mark(relation, firstBlock(path) + block);
    }
    put(path, content);
  }

  private void cut(Random random, int relation, FabricatedChanges changes) {
    String path = last(relation);
    int blocks = random.nextInt(get(path).length / PAGE + 1);
    put(path, Arrays.copyOf(get(path), blocks * PAGE));
    changes.truncate(relation, firstBlock(path) + blocks);
  }

  /** The first of the new pages are zeros that no log tells of. */
  private void grow(Random random, int relation, FabricatedChanges changes) {
    String path = last(relation);
    int from = get(path).length / PAGE;
    int silent = random.nextInt(5);
    int loud = random.nextInt(20);
    byte[] grown = Arrays.copyOf(get(path), (from + silent + loud) * PAGE);
    for (int block = from + silent; block < from + silent + loud; block++) {
      ByteBuffer.wrap(grown).putLong(block * PAGE, random.nextLong());
      changes.mark(relation, firstBlock(path) + block);
    }
    put(path, grown);
  }

  private void renew(Random random, int relation, FabricatedChanges changes) {
    changes.truncate(relation, 0);
    files.remove("base/5/7.1".equals(last(relation)) ? "base/5/7.1" : "");
    byte[] content = noise(random, PAGE * random.nextInt(relation == 7 ? 4200 : 200));
    for (int block = 0; block < content.length / PAGE; block++) {
      changes.mark(relation, block);
    }
    put("base/5/" + relation, content);
  }

  private void scribble(Random random, String path) {
    byte[] content = get(path).clone();
    content[random.nextInt(content.length)]++;
    put(path, content);
  }

  private void put(String path, byte[] content) {
    files.put(path, content);
  }

  private BackupId take(ClusterArchive cluster, Optional<BackupId> parent, Basis basis)
      throws Exception {
    write();
    BackupId id = BackupId.next(Instant.now(), new SecureRandom(), parent);
    Compaction compaction =
        basis.parent().map(from -> Compaction.of(from.packs())).orElseGet(Compaction::none);
    Optional<BackupReader> from = parent.map(cluster::open);
    try (BackupWriter writer = cluster.begin(id, new WriteOptions(1 << 20, 1));
        InheritancePlan plan =
            new InheritancePlan(
                basis, from.map(reader -> new ParentFiles(reader, note -> {})), PER_SEGMENT)) {
      basis.parent().ifPresent(p -> writer.inheriting(p, compaction.evicted()));
      CopyWorker.Rules rules =
          new CopyWorker.Rules(
              new FindingsTally(),
              new RateLimit(0, System::nanoTime),
              Duration.ofSeconds(1),
              compaction.evicted(),
              Progress.NONE,
              note -> {
                throw new AssertionError(note);
              });
      long bytes =
          new DirectoryCopy(
                  writer,
                  2,
                  () ->
                      new CopyWorker(
                          new CopyWorker.Tools(
                              EntryReader.local(folder),
                              writer.openSink(),
                              () -> from.orElseThrow().openReader(),
                              Optional.empty(),
                              new AuditSample(3, new SplittableRandom(1))),
                          rules),
                  plan,
                  compaction,
                  () -> {})
              .run(entries -> files.forEach((path, content) -> entries.accept(entry(path))));
      writer.commit(
          new BackupWriter.Commit(
              "physical",
              parent,
              Instant.now(),
              Instant.now(),
              bytes,
              JsonNodeFactory.instance.objectNode()),
          () -> {});
    }
    expected.put(id, new HashMap<>(files));
    return id;
  }

  private void write() throws Exception {
    for (Map.Entry<String, byte[]> each : files.entrySet()) {
      Path file = folder.resolve(each.getKey());
      Files.createDirectories(file.getParent());
      Files.write(file, each.getValue());
    }
  }

  private Entry entry(String path) {
    return new Entry(
        path,
        path,
        Entry.Kind.FILE,
        0600,
        "postgres",
        "postgres",
        FileTime.fromMillis(0),
        get(path).length,
        "",
        RelationFile.parse(path));
  }

  private void assertSame(ClusterArchive cluster, BackupId id, long seed) {
    Map<String, byte[]> held = Objects.requireNonNull(expected.get(id));
    Set<String> seen = new HashSet<>();
    BackupReader backup = cluster.open(id);
    try (ChunkReader reader = backup.openReader()) {
      ParentContent content = new ParentContent(() -> reader);
      backup.files(file -> {
        seen.add(file.path());
        byte[] found = new byte[(int) file.length()];
        content.read(file.extents(), found);
        assertThat(Arrays.equals(found, held.get(file.path())))
            .as("seed " + seed + ", " + id + ", " + file.path())
            .isTrue();
        assertThat(file.extents().stream().mapToLong(Extent::length).sum())
            .isEqualTo(file.length());
      });
    }
    assertThat(seen).isEqualTo(held.keySet());
  }
}
