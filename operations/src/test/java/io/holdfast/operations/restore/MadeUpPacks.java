package io.holdfast.operations.restore;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Extent;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.StoredFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/** Packs in memory, made chunk by chunk, so that a test decides what lies where. */
final class MadeUpPacks {
  private static final BackupId ID = new BackupId("20261122T090000Z-aaaa");

  private final List<PackRef> packs = new ArrayList<>();
  private final List<Integer> counts = new ArrayList<>();
  private final Map<ChunkRef, byte[]> chunks = new ConcurrentHashMap<>();
  private final Set<ChunkRef> damaged = ConcurrentHashMap.newKeySet();
  final AtomicInteger chunksRead = new AtomicInteger();

  ChunkRef store(int pack, byte[] content) {
    while (packs.size() <= pack) {
      packs.add(new PackRef(ID, packs.size(), new UUID(1, packs.size())));
      counts.add(0);
    }
    int number = counts.get(pack);
    counts.set(pack, number + 1);
    ChunkRef chunk =
        new ChunkRef(
            packs.get(pack),
            number,
            number * 10_000_000L,
            content.length,
            content.length,
            fingerprintOf(content, content.length));
    chunks.put(chunk, content);
    return chunk;
  }

  void damage(ChunkRef chunk) {
    damaged.add(chunk);
  }

  static Extent slice(ChunkRef chunk, int offset, long length) {
    return new Extent.Slice(length, chunk, offset);
  }

  static Extent whole(ChunkRef chunk) {
    return slice(chunk, 0, chunk.rawLength());
  }

  static Extent hole(long length) {
    return new Extent.Hole(length);
  }

  static StoredFile file(String path, Extent... extents) {
    long length = Arrays.stream(extents).mapToLong(Extent::length).sum();
    return entry(path, StoredFile.Kind.FILE, 0600, length, List.of(extents));
  }

  static StoredFile directory(String path) {
    return entry(path, StoredFile.Kind.DIRECTORY, 0700, 0, List.of());
  }

  static StoredFile entry(
      String path, StoredFile.Kind kind, int mode, long length, List<Extent> extents) {
    String user = System.getProperty("user.name");
    return new StoredFile(path, kind, mode, user, "", Instant.EPOCH, length, "", extents, Map.of());
  }

  ChunkReader reader() {
    return new ChunkReader() {
      @Override
      public void read(PackRef pack, List<ChunkRef> ascending, Consumer consumer) {
        long last = -1;
        for (ChunkRef chunk : ascending) {
          if (!chunk.pack().equals(pack) || chunk.offset() <= last) {
            throw new AssertionError("not in order: " + ascending);
          }
          last = chunk.offset();
          consumer.accept(chunk, read(chunk));
        }
      }

      @Override
      public byte[] read(ChunkRef chunk) {
        if (damaged.contains(chunk)) {
          throw new RepositoryDamagedException(
              "chunk " + chunk.number() + " of pack " + chunk.pack().number() + " is damaged",
              null);
        }
        chunksRead.incrementAndGet();
        return Objects.requireNonNull(chunks.get(chunk), "no such chunk");
      }

      @Override
      public long fingerprint(byte[] bytes, int offset, int length) {
        return fingerprintOf(Arrays.copyOfRange(bytes, offset, offset + length), length);
      }

      @Override
      public void close() {}
    };
  }

  private static long fingerprintOf(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return crc.getValue() << 32 | length;
  }
}
