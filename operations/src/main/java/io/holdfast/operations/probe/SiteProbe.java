package io.holdfast.operations.probe;

import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Tries on a site what a repository relies on, with objects of its own below {@code site/probe},
 * which it removes. A few dozen requests and some 18 MiB.
 *
 * <p>A store may take a condition for a header that it does not know, and do what was asked without
 * it. Then everything seems well, until two writers meet.
 */
public final class SiteProbe {
  /** More than one part of an upload in parts. */
  private static final int LARGE = 9 << 20;

  private final Storage storage;
  private final InstantSource clock;
  private final String folder;
  private final List<String> broken = new ArrayList<>();

  private SiteProbe(Storage storage, InstantSource clock) {
    this.storage = storage;
    this.clock = clock;
    this.folder = "site/probe/" + UUID.randomUUID();
  }

  /**
   * @throws StorageException if the site cannot be asked at all
   */
  public static SiteReport run(Storage storage, InstantSource clock) {
    return new SiteProbe(storage, clock).run();
  }

  private SiteReport run() {
    try {
      createIfAbsent();
      replaceIfUnchanged();
      deleteIfUnchanged();
      Duration ahead = clockAhead();
      byte[] content = new byte[LARGE];
      new Random().nextBytes(content);
      long upload = upload(content);
      long download = download(content);
      return new SiteReport(broken, ahead, upload, download);
    } finally {
      storage.list(folder, found -> storage.delete(found.key()));
    }
  }

  private void createIfAbsent() {
    ObjectKey key = key("created");
    storage.create(key, bytes("first"));
    promise(refuses(key), "to refuse a second create of one key");
    promise(holds(key, "first"), "to leave an object alone that a second create meets");
    List<ObjectKey> listed = new ArrayList<>();
    storage.list(folder, found -> listed.add(found.key()));
    promise(listed.equals(List.of(key)), "to list what was just created");
  }

  private boolean refuses(ObjectKey key) {
    try {
      storage.create(key, bytes("second"));
      return false;
    } catch (ObjectExistsException e) {
      return true;
    }
  }

  private void replaceIfUnchanged() {
    ObjectKey key = key("replaced");
    storage.create(key, bytes("one"));
    String first = storage.read(key).version();
    promise(storage.replace(key, first, bytes("two")), "to replace the version it has");
    promise(
        !storage.replace(key, first, bytes("three")) && holds(key, "two"),
        "to refuse to replace another version than the one it has");
  }

  private void deleteIfUnchanged() {
    ObjectKey key = key("deleted");
    storage.create(key, bytes("one"));
    String first = storage.read(key).version();
    storage.replace(key, first, bytes("two"));
    promise(
        !storage.deleteIf(key, first) && storage.stat(key).isPresent(),
        "to refuse to delete another version than the one it has");
    if (storage.stat(key).isPresent()) {
      promise(
          storage.deleteIf(key, storage.read(key).version()) && storage.stat(key).isEmpty(),
          "to delete the version it has");
    }
  }

  private Duration clockAhead() {
    ObjectKey key = key("dated");
    Instant before = clock.instant();
    storage.create(key, bytes("now"));
    Instant after = clock.instant();
    Instant dated = storage.stat(key).map(ObjectStat::modified).orElse(before);
    // Whole seconds are all that some stores tell.
    if (dated.plusSeconds(1).isBefore(before)) {
      return Duration.between(before, dated);
    }
    return dated.isAfter(after) ? Duration.between(after, dated) : Duration.ZERO;
  }

  private long upload(byte[] content) {
    ObjectKey key = key("large");
    long start = System.nanoTime();
    try (ObjectWriter writer = storage.write(key)) {
      writer.write(content, 0, content.length);
      writer.commit();
    }
    long rate = rate(start);
    try (ObjectWriter writer = storage.write(key)) {
      writer.write(content, 1, content.length - 1);
      writer.write(content, 0, 1);
      writer.commit();
      broken.add("to refuse a second large object under one key");
    } catch (ObjectExistsException e) {
      // As it should be.
    }
    return rate;
  }

  private long download(byte[] content) {
    ObjectKey key = key("large");
    byte[] read = new byte[content.length];
    long start = System.nanoTime();
    storage.read(key, 0, read, 0, read.length);
    long rate = rate(start);
    promise(Arrays.equals(read, content), "to give back what was written");
    byte[] range = new byte[1000];
    storage.read(key, 1_234_567, range, 0, range.length);
    promise(
        Arrays.equals(range, Arrays.copyOfRange(content, 1_234_567, 1_235_567)),
        "to give exactly the range that is asked for");
    return rate;
  }

  private boolean holds(ObjectKey key, String text) {
    return Arrays.equals(storage.read(key).content(), bytes(text));
  }

  private void promise(boolean kept, String promise) {
    if (!kept) {
      broken.add(promise);
    }
  }

  private ObjectKey key(String name) {
    return ObjectKey.of(folder + "/" + name);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static long rate(long start) {
    return (long) (LARGE * 1e9 / Math.max(1, System.nanoTime() - start));
  }
}
