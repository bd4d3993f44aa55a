package io.holdfast.operations.proof;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.SealedObjects;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The proofs of a cluster's backups: the area "proofs", {@code (end)-(backup)-(random)}, sealed
 * objects that are never changed and lie on every site. They outlive their backups, so that it can
 * be seen how long restores took.
 */
public final class Proofs {
  private static final String AREA = "proofs";
  private static final String DOCUMENT = "proving";
  private static final int LOOK_BACK = 20;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern NAME =
      Pattern.compile("(\\d{8}T\\d{9}Z)-(\\d{8}T\\d{6}Z-[a-z0-9]{4})-[a-z0-9]+");

  private final ClusterArchive cluster;
  private final SealedObjects objects;

  public Proofs(ClusterArchive cluster) {
    this.cluster = cluster;
    this.objects = cluster.objects(AREA);
  }

  /**
   * One that is there, unread.
   *
   * @param ended by the clock of the machine that proved
   */
  public record Entry(String name, Instant ended, BackupId backup) {}

  /** Durable on return, and read back. */
  public void add(Proof proof) {
    add(proof, Optional.empty());
  }

  /** As above, signed by somebody. */
  public void add(Proof proof, Optional<ProofSigner> signer) {
    String name =
        time(proof.ended())
            + "-"
            + proof.backup()
            + "-"
            + UUID.randomUUID().toString().substring(0, 8);
    byte[] content = ProofFormat.encode(proof);
    Map<String, String> signature =
        signer.map(each -> each.sign(content).attributes()).orElse(Map.of());
    objects.put(name, content, 0, content.length, signature);
    if (parse(name).flatMap(this::read).isEmpty()) {
      throw new RepositoryDamagedException("could not read back the proof " + name, null);
    }
  }

  /**
   * Says on all sites that a proof begins: whatever keeps its result from being stored later, as
   * far as it can be known, is met now.
   *
   * @throws HoldfastException if a site that has to have results cannot be written to
   */
  public void announce(Instant now) {
    String text = "{\"began\": \"" + now + "\"}";
    cluster.putDocument(DOCUMENT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** As names have it: to the millisecond. */
  static String time(Instant ended) {
    return TIME.format(ended);
  }

  /** All that are there, the oldest first. Reads names only. */
  public List<Entry> list() {
    List<Entry> found = new ArrayList<>();
    objects.list("", entry -> parse(entry.name()).ifPresent(found::add));
    return found;
  }

  private static Optional<Entry> parse(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Entry(name, TIME.parse(parts.group(1), Instant::from), new BackupId(parts.group(2))));
    } catch (DateTimeException | HoldfastException e) {
      return Optional.empty();
    }
  }

  /**
   * Empty if it is not there any more.
   *
   * @throws HoldfastException (repository) if it cannot be read
   */
  public Optional<Proof> read(Entry entry) {
    return stored(entry).map(StoredProof::proof);
  }

  /**
   * As it lies there, to be held against a key. Empty if it is not there any more.
   *
   * @throws HoldfastException (repository) if it cannot be opened
   */
  public Optional<StoredProof> stored(Entry entry) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    return objects
        .get(entry.name(), content)
        .map(head ->
            new StoredProof(
                entry,
                cluster.repositoryId(),
                cluster.name(),
                content.toByteArray(),
                ProofSignature.of(head.attributes())));
  }

  /**
   * The last one that was to restore, or failed, if there is one among the newest; else the last of
   * all. That a backup lies there is no news after a restore that failed.
   *
   * @throws HoldfastException (repository) if it cannot be read
   */
  public Optional<Proof> last() {
    List<Entry> newest = list().reversed();
    Optional<Proof> last = Optional.empty();
    for (Entry entry : newest.subList(0, Math.min(LOOK_BACK, newest.size()))) {
      Optional<Proof> proof = read(entry);
      if (proof.filter(Proofs::tells).isPresent()) {
        return proof;
      }
      last = last.or(() -> proof);
    }
    return last;
  }

  private static boolean tells(Proof proof) {
    return proof.level().compareTo(Rung.RESTORED) >= 0 || proof.verdict() == Verdict.FAILED;
  }

  /**
   * The last word on each backup of which one is wanted.
   *
   * @param unreadable told of each that was passed over; may throw
   */
  public Map<BackupId, Proof> newest(Set<BackupId> of, Consumer<HoldfastException> unreadable) {
    Map<BackupId, Proof> newest = new HashMap<>();
    for (Entry entry : list().reversed()) {
      if (of.contains(entry.backup()) && !newest.containsKey(entry.backup())) {
        try {
          read(entry).ifPresent(proof -> newest.put(entry.backup(), proof));
        } catch (HoldfastException e) {
          unreadable.accept(e);
        }
      }
    }
    return newest;
  }

  /**
   * The newest proof of another backup of the same kind that tells of tables, to compare with.
   *
   * @param kind of backup
   */
  public Optional<Proof> before(BackupId other, String kind) {
    int looked = 0;
    for (Entry entry : list().reversed()) {
      if (entry.backup().equals(other) || looked++ >= LOOK_BACK) {
        continue;
      }
      Optional<Proof> proof = readable(entry);
      if (proof.isPresent() && proof.get().kind().equals(kind) && !proof.get().tables().isEmpty()) {
        return proof;
      }
    }
    return Optional.empty();
  }

  /** One that cannot be read is passed over: it says nothing about the backup at hand. */
  private Optional<Proof> readable(Entry entry) {
    try {
      return read(entry);
    } catch (RepositoryDamagedException e) {
      return Optional.empty();
    }
  }

  /** Removes those that are older and whose backup is no more. */
  public void forget(Set<BackupId> existing, Instant now, Duration older) {
    for (Entry entry : list()) {
      if (!existing.contains(entry.backup()) && entry.ended().isBefore(now.minus(older))) {
        objects.delete(entry.name());
      }
    }
  }
}
