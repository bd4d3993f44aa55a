package io.holdfast.repository;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.databind.json.JsonMapper;

/** Repositories and backups that tests write and compare. */
final class SampleRepository {
  static final Instant NOW = Instant.parse("2026-11-22T08:17:00Z");
  static final InstantSource CLOCK = () -> NOW;
  static final Runnable NO_FENCE = () -> {};

  /** Opens at once, where a passphrase takes its time. */
  static final KeyPairText PAIR = KeyPairText.generate();

  private SampleRepository() {}

  static KeySource keys(boolean encrypted) {
    return encrypted
        ? new KeySource.Keys(List.of(), List.of(PAIR.privateKey()))
        : new KeySource.None();
  }

  static KeySource passphrase(String text) {
    return new KeySource.Keys(List.of(secret(text)), List.of());
  }

  static Secret secret(String text) {
    return Secret.copyOf(text.getBytes(StandardCharsets.UTF_8));
  }

  static Repository found(Storage storage, boolean encrypted) {
    return Repository.create(storage, keys(encrypted), "first", CLOCK);
  }

  static Repository reopen(Storage storage, boolean encrypted) {
    return Repository.open(storage, keys(encrypted), CLOCK);
  }

  static BackupId id(int number) {
    return new BackupId(String.format("20261122T08%02d00Z-aaaa", number));
  }

  /** Half of it shrinks, half does not. */
  static byte[] content(int length, int seed) {
    byte[] bytes = new byte[length];
    RandomGenerator.of("L64X128MixRandom").nextBytes(bytes);
    byte[] half = new byte[length / 2];
    Arrays.fill(half, (byte) seed);
    System.arraycopy(half, 0, bytes, 0, half.length);
    return bytes;
  }

  static StoredFile file(String path, List<Extent> extents) {
    long length = extents.stream().mapToLong(Extent::length).sum();
    return entry(path, StoredFile.Kind.FILE, length, "", extents);
  }

  static StoredFile directory(String path) {
    return entry(path, StoredFile.Kind.DIRECTORY, 0, "", List.of());
  }

  static StoredFile link(String path, String target) {
    return entry(path, StoredFile.Kind.LINK, 0, target, List.of());
  }

  private static StoredFile entry(
      String path, StoredFile.Kind kind, long length, String target, List<Extent> extents) {
    return new StoredFile(
        path, kind, 0600, "postgres", "postgres", NOW, length, target, extents, Map.of());
  }

  static Extent whole(ChunkRef chunk) {
    return new Extent.Slice(chunk.rawLength(), chunk, 0);
  }

  static Manifest commit(BackupWriter writer) {
    return writer.commit(facts(), NO_FENCE);
  }

  static BackupWriter.Commit facts() {
    return new BackupWriter.Commit(
        "physical",
        Optional.empty(),
        NOW,
        NOW.plusSeconds(5),
        12345,
        new JsonMapper().createObjectNode().put("note", "kept unread"));
  }

  /** A backup of one file per content, under f000, f001 …. */
  static Manifest backup(ClusterArchive cluster, BackupId id, byte[]... contents) {
    try (BackupWriter writer = cluster.begin(id, WriteOptions.DEFAULT)) {
      List<ChunkRef> chunks = new ArrayList<>();
      try (ChunkSink sink = writer.openSink()) {
        for (byte[] content : contents) {
          chunks.add(sink.store(content, 0, content.length));
        }
      }
      for (int i = 0; i < chunks.size(); i++) {
        writer.add(file(String.format("f%03d", i), List.of(whole(chunks.get(i)))));
      }
      return commit(writer);
    }
  }

  static ChunkRef chunk(StoredFile file) {
    return ((Extent.Slice) file.extents().getFirst()).chunk();
  }

  /** Reads every file whole, as a restore does. */
  static void readAll(BackupReader reader) {
    try (ChunkReader chunks = reader.openReader()) {
      reader.files(file -> bytes(chunks, file));
    }
  }

  static List<String> keys(Storage storage, String prefix) {
    List<String> keys = new ArrayList<>();
    storage.list(prefix, stat -> keys.add(stat.key().text()));
    return keys;
  }

  static void overwrite(Storage storage, String key, byte[] content) {
    storage.delete(ObjectKey.of(key));
    storage.create(ObjectKey.of(key), content);
  }

  static byte[] read(Storage storage, String key) {
    return storage.read(ObjectKey.of(key)).content();
  }

  static List<StoredFile> files(BackupReader reader) {
    List<StoredFile> files = new ArrayList<>();
    reader.files(files::add);
    return files;
  }

  /** The bytes of a file. */
  static byte[] bytes(ChunkReader reader, StoredFile file) {
    byte[] bytes = new byte[(int) file.length()];
    int at = 0;
    for (Extent extent : file.extents()) {
      if (extent instanceof Extent.Slice slice) {
        byte[] chunk = reader.read(slice.chunk());
        System.arraycopy(chunk, slice.offset(), bytes, at, (int) slice.length());
      }
      at += (int) extent.length();
    }
    return bytes;
  }
}
