package io.holdfast.s3;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a bucket with versions and object lock keeps, by the rules of S3's user guide: a deletion
 * without a version only puts a mark on top; a version that is locked stays; a lock is not
 * shortened, and its mode not changed, but by whoever may bypass governance.
 */
final class VersionedObjects {
  private final SortedMap<String, Deque<Version>> objects = new TreeMap<>();
  private final InstantSource clock;
  private long next;

  VersionedObjects(InstantSource clock) {
    this.clock = clock;
  }

  /** A retention: a mode, and the moment when it ends. */
  record Lock(String mode, Instant until) {}

  /** What S3 refuses. */
  static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
    final int status;
    final String code;

    Refusal(int status, String code) {
      super(code);
      this.status = status;
      this.code = code;
    }
  }

  /** One version; a mark that says "deleted" has no content. */
  static final class Version {
    final String key;
    final String id;
    final Instant modified;
    final byte @Nullable [] content;
    final Map<String, String> metadata;
    final String etag;
    @Nullable Lock lock;

    Version(
        String key,
        String id,
        Instant modified,
        byte @Nullable [] content,
        Map<String, String> metadata,
        @Nullable Lock lock) {
      this.key = key;
      this.id = id;
      this.modified = modified;
      this.content = content;
      this.metadata = metadata;
      this.etag = content == null ? "" : etagOf(content);
      this.lock = lock;
    }

    boolean isMark() {
      return content == null;
    }
  }

  static String etagOf(byte[] content) {
    try {
      return "\""
          + HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content))
          + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The newest version, unless it says "deleted". */
  synchronized Optional<Version> current(String key) {
    return Optional.ofNullable(objects.get(key))
        .map(Deque::peekFirst)
        .filter(version -> !version.isMark());
  }

  synchronized Optional<Version> version(String key, @Nullable String id) {
    return id == null
        ? current(key)
        : Optional.ofNullable(objects.get(key)).stream()
            .flatMap(Deque::stream)
            .filter(version -> version.id.equals(id))
            .findFirst();
  }

  /** The newest first within a key, in key order. */
  synchronized List<Version> all(String prefix) {
    List<Version> all = new ArrayList<>();
    objects.tailMap(prefix).entrySet().stream()
        .takeWhile(each -> each.getKey().startsWith(prefix))
        .forEach(each -> all.addAll(each.getValue()));
    return all;
  }

  synchronized boolean isNewest(Version version) {
    return Optional.ofNullable(objects.get(version.key)).map(Deque::peekFirst).stream()
        .anyMatch(first -> first == version);
  }

  synchronized Version put(
      String key,
      byte[] content,
      Map<String, String> metadata,
      @Nullable Lock lock,
      @Nullable String ifMatch,
      boolean ifAbsent)
      throws Refusal {
    requireMatch(key, ifMatch);
    if (ifAbsent && current(key).isPresent()) {
      throw new Refusal(412, "PreconditionFailed");
    }
    Version version = new Version(key, nextId(), clock.instant(), content, metadata, lock);
    push(version);
    return version;
  }

  private void requireMatch(String key, @Nullable String ifMatch) throws Refusal {
    if (ifMatch != null) {
      Optional<Version> there = current(key);
      if (there.isEmpty()) {
        throw new Refusal(404, "NoSuchKey");
      }
      if (!there.get().etag.equals(ifMatch)) {
        throw new Refusal(412, "PreconditionFailed");
      }
    }
  }

  private String nextId() {
    return "v" + Long.toHexString(0xabc000L + ++next);
  }

  private void push(Version version) {
    objects.computeIfAbsent(version.key, any -> new ArrayDeque<>()).addFirst(version);
  }

  /** Without a version: puts a mark on top, whatever is locked. */
  synchronized void hide(String key, @Nullable String ifMatch) throws Refusal {
    requireMatch(key, ifMatch);
    push(new Version(key, nextId(), clock.instant(), null, Map.of(), null));
  }

  synchronized void delete(String key, String id, boolean bypass) throws Refusal {
    Optional<Version> version = version(key, id);
    if (version.isEmpty()) {
      return;
    }
    Lock lock = version.get().lock;
    if (lock != null
        && lock.until().isAfter(clock.instant())
        && !(bypass && lock.mode().equals("GOVERNANCE"))) {
      throw new Refusal(403, "AccessDenied");
    }
    objects.computeIfPresent(
        key,
        (any, versions) -> {
          versions.remove(version.get());
          return versions.isEmpty() ? null : versions;
        });
  }

  synchronized void lock(String key, @Nullable String id, Lock wanted, boolean bypass)
      throws Refusal {
    Version version =
        version(key, id)
            .orElseThrow(() -> new Refusal(404, id == null ? "NoSuchKey" : "NoSuchVersion"));
    if (version.isMark()) {
      throw new Refusal(405, "MethodNotAllowed");
    }
    Lock there = version.lock;
    if (there != null && there.until().isAfter(clock.instant())) {
      boolean weaker =
          wanted.until().isBefore(there.until()) || !wanted.mode().equals(there.mode());
      if (weaker && !(bypass && there.mode().equals("GOVERNANCE"))) {
        throw new Refusal(403, "AccessDenied");
      }
    }
    version.lock = wanted;
  }
}
