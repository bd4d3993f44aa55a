package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Makes up backups: which files they hold, and in which extents, old and new. */
final class RandomFiles {
  private static final int LONGEST = 9_000;
  private static final int PADDING = 1_600;
  private static final byte[] EMPTY = {};

  private final RandomGenerator random;

  RandomFiles(RandomGenerator random) {
    this.random = random;
  }

  /** Some files with content, and many without, so that there are several sections. */
  NavigableMap<String, byte[]> contents() {
    NavigableMap<String, byte[]> contents = new TreeMap<>(StoredFile.PATH_ORDER);
    for (int i = 0; i < 12; i++) {
      contents.put("base/" + random.nextInt(100), bytes());
    }
    for (int i = 0; i < PADDING; i++) {
      contents.put(String.format("padding/%05d", i), EMPTY);
    }
    return contents;
  }

  /** The same some time later. */
  NavigableMap<String, byte[]> later(NavigableMap<String, byte[]> before) {
    NavigableMap<String, byte[]> contents = new TreeMap<>(StoredFile.PATH_ORDER);
    before.forEach((path, bytes) -> {
      if (bytes.length == 0 ? random.nextInt(4 * PADDING) > 0 : random.nextInt(20) > 0) {
        contents.put(path, bytes.length > 0 && random.nextInt(3) == 0 ? changed(bytes) : bytes);
      }
    });
    for (int more = random.nextInt(3); more > 0; more--) {
      contents.put("base/" + random.nextInt(100), bytes());
    }
    if (random.nextInt(3) == 0) {
      contents.put(String.format("padding/%05d", random.nextInt(PADDING)), EMPTY);
    }
    return contents;
  }

  private byte[] bytes() {
    byte[] bytes = new byte[1 + random.nextInt(LONGEST)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Longer or shorter or neither, with some runs of other bytes. */
  private byte[] changed(byte[] bytes) {
    int length = random.nextInt(3) == 0 ? 1 + random.nextInt(LONGEST) : bytes.length;
    byte[] changed = Arrays.copyOf(bytes, length);
    for (int runs = random.nextInt(4); runs > 0; runs--) {
      byte[] run = new byte[1 + random.nextInt(Math.min(length, 700))];
      random.nextBytes(run);
      System.arraycopy(run, 0, changed, random.nextInt(length - run.length + 1), run.length);
    }
    return changed;
  }

  /** A file whose bytes all are new. */
  StoredFile fresh(String path, byte[] content, ChunkSink sink) {
    return file(path, stored(content, 0, content.length, sink));
  }

  private List<Extent> stored(byte[] content, int from, int to, ChunkSink sink) {
    List<Extent> extents = new ArrayList<>();
    for (int at = from; at < to; ) {
      int length = Math.min(to - at, 1 + random.nextInt(4_000));
      extents.add(chunk(content, at, length, sink));
      at += length;
    }
    return extents;
  }

  /** Sometimes in the middle of a chunk that holds more than it should. */
  private Extent chunk(byte[] content, int at, int length, ChunkSink sink) {
    int before = random.nextInt(4) == 0 ? random.nextInt(200) : 0;
    byte[] chunk = new byte[before + length + before];
    System.arraycopy(content, at, chunk, before, length);
    return new Extent.Slice(length, sink.store(chunk, 0, chunk.length), before);
  }

  /**
   * A file that names of the old one's extents what has not changed and does not lie in a pack that
   * is given up.
   */
  StoredFile over(StoredFile old, byte[] before, byte[] now, Set<PackRef> evicted, ChunkSink sink) {
    List<Extent> extents = new ArrayList<>();
    int at = 0;
    for (Extent extent : old.extents()) {
      int end = (int) Math.min(at + extent.length(), now.length);
      if (at < end) {
        extents.addAll(
            isGivenUp(extent, evicted)
                ? stored(now, at, end, sink)
                : over(extent, at, end, before, now, sink));
      }
      at = Math.max(at, end);
    }
    if (at < now.length) {
      extents.addAll(isZero(now, at) ? hole(now.length - at) : stored(now, at, now.length, sink));
    }
    return file(old.path(), extents);
  }

  private static List<Extent> hole(int length) {
    return List.of(new Extent.Hole(length));
  }

  private static boolean isGivenUp(Extent extent, Set<PackRef> evicted) {
    return extent instanceof Extent.Slice slice && evicted.contains(slice.chunk().pack());
  }

  private static boolean isZero(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** The part of an old extent from {@code at} to {@code end} of the file, changed or not. */
  private List<Extent> over(
      Extent old, int at, int end, byte[] before, byte[] now, ChunkSink sink) {
    List<Extent> extents = new ArrayList<>();
    for (int from = at; from < end; ) {
      boolean same = before[from] == now[from];
      int to = from;
      while (to < end && (before[to] == now[to]) == same) {
        to++;
      }
      extents.addAll(same ? List.of(part(old, from - at, to - from)) : stored(now, from, to, sink));
      from = to;
    }
    return extents;
  }

  private static Extent part(Extent extent, int from, int length) {
    return switch (extent) {
      case Extent.Hole hole -> new Extent.Hole(length);
      case Extent.Slice slice -> new Extent.Slice(length, slice.chunk(), slice.offset() + from);
    };
  }
}
