package io.holdfast.repository;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Prints MB per second of CPU time of the ways of the bytes: no test, run by hand. The arguments
 * are a directory on a real disk, and files of WAL to use instead of made-up pages.
 */
final class ThroughputMeasurement {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int CHUNK = 1 << 20;
  private static final int CHUNKS = 128;

  private ThroughputMeasurement() {}

  public static void main(String[] arguments) throws IOException {
    byte[][] pages = new byte[8][];
    for (int i = 0; i < pages.length; i++) {
      pages[i] = arguments.length > 1 ? wal(arguments, i) : pages(CHUNK, i);
    }
    zstd(pages);
    for (boolean encrypted : new boolean[] {true, false}) {
      Path path = Path.of(arguments[0], "measured-" + encrypted);
      Storage storage = Storages.local(path);
      try (Repository repository = SampleRepository.found(storage, encrypted)) {
        for (int level : new int[] {3, 1, 0}) {
          for (int round = 0; round < 2; round++) {
            packs(repository, pages, level, round);
          }
        }
        objects(repository, pages);
      }
    }
  }

  private static byte[] wal(String[] arguments, int i) throws IOException {
    byte[] segment = Files.readAllBytes(Path.of(arguments[1 + i % (arguments.length - 1)]));
    return Arrays.copyOfRange(segment, (2 + i) * CHUNK, (3 + i) * CHUNK);
  }

  private static void zstd(byte[][] pages) {
    byte[] into = new byte[Math.toIntExact(Zstd.compressBound(CHUNK))];
    ByteBuffer direct = ByteBuffer.allocateDirect(CHUNK);
    ByteBuffer directInto = ByteBuffer.allocateDirect(into.length);
    try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
      zstd.setLevel(3);
      for (int round = 0; round < 2; round++) {
        measure(
            "zstd 3, arrays",
            () -> {
              for (int i = 0; i < CHUNKS; i++) {
                zstd.compressByteArray(into, 0, into.length, pages[i % 8], 0, CHUNK);
              }
              return (long) CHUNKS * CHUNK;
            });
        measure(
            "zstd 3, direct with copies",
            () -> {
              for (int i = 0; i < CHUNKS; i++) {
                direct.put(0, pages[i % 8]);
                int length =
                    zstd.compressDirectByteBuffer(
                        directInto, 0, directInto.capacity(), direct, 0, CHUNK);
                directInto.get(0, into, 0, length);
              }
              return (long) CHUNKS * CHUNK;
            });
      }
    }
  }

  private static void packs(Repository repository, byte[][] pages, int level, int round) {
    String mode = (repository.encrypted() ? "sealed" : "checksums") + ", level " + level;
    ClusterArchive cluster = repository.cluster("main");
    BackupId id = SampleRepository.id(10 * level + round + (repository.encrypted() ? 0 : 5));
    try (BackupWriter writer = cluster.begin(id, new WriteOptions(256L << 20, level))) {
      List<ChunkRef> chunks = new ArrayList<>();
      try (ChunkSink sink = writer.openSink()) {
        measure(
            "sink, " + mode,
            () -> {
              for (int i = 0; i < CHUNKS; i++) {
                chunks.add(sink.store(pages[i % 8], 0, CHUNK));
              }
              return (long) CHUNKS * CHUNK;
            });
      }
      writer.add(SampleRepository.file("a", chunks.stream().map(SampleRepository::whole).toList()));
      SampleRepository.commit(writer);
      try (ChunkReader reader = cluster.open(id).openReader()) {
        measure(
            "reader, " + mode,
            () -> {
              long[] sum = {0};
              reader.read(
                  chunks.getFirst().pack(), chunks, (chunk, bytes) -> sum[0] += chunk.rawLength());
              return sum[0];
            });
      }
    }
    cluster.delete(id);
  }

  private static void objects(Repository repository, byte[][] pages) {
    String mode = repository.encrypted() ? "sealed" : "checksums";
    SealedObjects wal = repository.cluster("main").objects("wal");
    byte[] segment = new byte[16 << 20];
    for (int i = 0; i < 16; i++) {
      System.arraycopy(pages[i % 8], 0, segment, i * CHUNK, CHUNK);
    }
    for (int round = 0; round < 3; round++) {
      String name = "s" + round + "-";
      measure(
          "put 16 MiB, " + mode,
          () -> {
            for (int i = 0; i < 12; i++) {
              segment[0] = (byte) i;
              wal.put(name + i, segment, 0, segment.length, Map.of());
            }
            return 12L << 24;
          });
      measure(
          "get 16 MiB, " + mode,
          () -> {
            for (int i = 0; i < 12; i++) {
              wal.get(name + i, OutputStream.nullOutputStream());
            }
            return 12L << 24;
          });
    }
    wal.list("", entry -> wal.delete(entry.name()));
  }

  private static void measure(String what, Supplier<Long> work) {
    long wall = System.nanoTime();
    long cpu = THREADS.getCurrentThreadCpuTime();
    long bytes = work.get();
    double seconds = (THREADS.getCurrentThreadCpuTime() - cpu) / 1e9;
    double passed = (System.nanoTime() - wall) / 1e9;
    System.out.printf(
        "%-28s %7.0f MB/s of CPU time, %6.0f MB/s of wall time%n",
        what, bytes / 1e6 / seconds, bytes / 1e6 / passed);
  }

  /** Pages of rows with numbers, words, and some noise. */
  private static byte[] pages(int length, int seed) {
    Random random = new Random(seed);
    StringBuilder rows = new StringBuilder();
    String[] words = {"amber", "basalt", "cedar", "dune", "ember", "fjord", "grove", "heath"};
    while (rows.length() < length) {
      rows.append((char) random.nextInt(256)).append((char) random.nextInt(256)).append("\0\0\1\0");
      rows.append(random.nextInt(1_000_000)).append(words[random.nextInt(8)]).append('@');
      rows.append(words[random.nextInt(8)]).append(".example{\"qty\": ").append(random.nextInt(99));
      rows.append(", \"note\": \"")
          .append(Long.toString(random.nextLong(), 36))
          .append("\"}\0\0\0");
    }
    return rows.substring(0, length).getBytes(StandardCharsets.ISO_8859_1);
  }
}
