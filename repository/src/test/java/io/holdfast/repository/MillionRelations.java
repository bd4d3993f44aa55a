package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.commit;
import static io.holdfast.repository.SampleRepository.file;
import static io.holdfast.repository.SampleRepository.id;
import static io.holdfast.repository.SampleRepository.whole;

import io.holdfast.storage.Storages;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * A backup of a million files with a chunk each, and two over it: one in which a part of one
 * database changed, and one in which a file in a hundred did, everywhere. Prints what it took; the
 * argument is a directory. It is the heap of the process that is limited, not what is asserted.
 */
final class MillionRelations {
  static final int FILES = 1_000_000;
  private static final int A_DATABASE = 100_000;

  private final ClusterArchive cluster;

  private MillionRelations(Path directory) {
    this.cluster = SampleRepository.found(Storages.local(directory), true).cluster("main");
  }

  public static void main(String[] arguments) {
    MillionRelations relations = new MillionRelations(Path.of(arguments[0]));
    relations.parent();
    relations.read(id(1), "read the parent's list");
    relations.child(id(2), "a tenth of one database changed", i -> i / 10_000 == 42);
    relations.child(id(3), "every hundredth file changed", i -> i % 100 == 0);
    relations.cluster.delete(id(1));
    relations.read(id(2), "read a child's list, its parent deleted");
    relations.read(id(3), "read the other child's list");
  }

  private static String path(int number) {
    return String.format("base/%d/%07d", 16_384 + number / A_DATABASE, number);
  }

  private static ChunkRef store(ChunkSink sink, int number, int generation) {
    byte[] content = ByteBuffer.allocate(64).putInt(number).putInt(generation).array();
    return sink.store(content, 0, content.length);
  }

  private void parent() {
    long begun = System.nanoTime();
    try (BackupWriter writer = cluster.begin(id(1), WriteOptions.DEFAULT)) {
      try (ChunkSink sink = writer.openSink()) {
        for (int i = 0; i < FILES; i++) {
          writer.add(file(path(i), List.of(whole(store(sink, i, 1)))));
        }
      }
      report("write the parent", begun, commit(writer));
    }
  }

  private void child(BackupId id, String what, IntPredicate changed) {
    long begun = System.nanoTime();
    BackupReader parent = cluster.open(id(1));
    try (BackupWriter writer = cluster.begin(id, WriteOptions.DEFAULT)) {
      writer.inheriting(parent.manifest());
      int[] at = {0};
      try (ChunkSink sink = writer.openSink()) {
        parent.files(old -> {
          int number = at[0]++;
          writer.add(
              changed.test(number)
                  ? file(old.path(), List.of(whole(store(sink, number, 2))))
                  : old);
        });
      }
      report(what, begun, commit(writer));
    }
  }

  private void read(BackupId id, String what) {
    long begun = System.nanoTime();
    int[] files = {0};
    cluster
        .open(id)
        .files(file -> {
          if (!file.path().equals(path(files[0]++))) {
            throw new IllegalStateException("found " + file.path());
          }
        });
    if (files[0] != FILES) {
      throw new IllegalStateException(files[0] + " files");
    }
    System.out.printf(Locale.ROOT, "%s: %.1f s%n", what, seconds(begun));
  }

  private static double seconds(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }

  private static void report(String what, long begun, Manifest manifest) {
    long own =
        manifest.sections().stream()
            .map(Manifest.Section::chunk)
            .filter(chunk -> chunk.pack().backup().equals(manifest.id()))
            .mapToLong(ChunkRef::storedLength)
            .sum();
    System.out.printf(
        Locale.ROOT,
        "%s: %.1f s, %d sections, %.1f MB of them written, %.1f MB stored in all, heap %d MB%n",
        what,
        seconds(begun),
        manifest.sections().size(),
        own / 1e6,
        manifest.totals().bytesStored() / 1e6,
        Runtime.getRuntime().maxMemory() >> 20);
  }
}
