package io.holdfast.repository.lease;

import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.repository.LeaseHolder;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.format.LeaseFormat;
import io.holdfast.repository.format.LeaseFormat.Content;
import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Versioned;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Together;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** The leases below one prefix. Thread-safe. */
public final class Leases {
  private static final int ATTEMPTS = 10;
  private static final String SUFFIX = ".json";

  private final Storage storage;
  private final String prefix;
  private final InstantSource clock;
  private final Processes processes;

  public Leases(Storage storage, String prefix, InstantSource clock, Processes processes) {
    this.storage = storage;
    this.prefix = prefix;
    this.clock = clock;
    this.processes = processes;
  }

  public ObjectKey key(String name) {
    return ObjectKey.of(prefix + "/" + name + SUFFIX);
  }

  /**
   * Takes the lease, or that of a holder who is gone or silent past its time.
   *
   * @throws LeaseHeldException if a live one holds it
   */
  public Lease acquire(String name, LeaseOptions options) {
    Content mine = content(options);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (create(name, mine) || takeOver(name, mine)) {
        HeldLease lease =
            new HeldLease(storage, key(name), name, mine, options.timeToLive(), clock);
        lease.keepRenewing();
        return lease;
      }
    }
    throw new HoldfastException(
        ExitStatus.LEASE_HELD,
        "could not take the lease "
            + name
            + ": expected it to be free or held, found that it changed hands "
            + ATTEMPTS
            + " times meanwhile",
        "Try again.");
  }

  private Content content(LeaseOptions options) {
    Instant now = clock.instant();
    return new Content(
        UUID.randomUUID(),
        processes.self(),
        options.purpose(),
        now,
        now.plus(options.timeToLive()));
  }

  private boolean create(String name, Content mine) {
    try {
      storage.create(key(name), LeaseFormat.encode(mine));
      return true;
    } catch (ObjectExistsException e) {
      return false;
    }
  }

  /** False if the lease changed under our eyes; then it is worth another try. */
  private boolean takeOver(String name, Content mine) {
    Versioned found;
    try {
      found = storage.read(key(name));
    } catch (ObjectMissingException e) {
      return false;
    }
    Content other = LeaseFormat.decode(found.content(), key(name));
    if (isAlive(other)) {
      throw new LeaseHeldException(name, holder(other));
    }
    return storage.replace(key(name), found.version(), LeaseFormat.encode(mine));
  }

  private boolean isAlive(Content content) {
    return clock.instant().isBefore(content.expires()) && !processes.isGone(content.process());
  }

  /** Who holds it, if anybody alive does. */
  public Optional<LeaseHolder> holder(String name) {
    return read(name).filter(this::isAlive).map(Leases::holder);
  }

  /** All that are held by somebody alive, by name; one listing, and one request for each. */
  public Map<String, LeaseHolder> holders() {
    List<String> names = new ArrayList<>();
    storage.list(prefix, stat -> nameOf(stat.key()).ifPresent(names::add));
    Map<String, LeaseHolder> holders = new TreeMap<>();
    Together.inTurn(
        names,
        Together.MOST,
        this::holder,
        (name, holder) -> holder.ifPresent(someone -> holders.put(name, someone)));
    return holders;
  }

  private Optional<String> nameOf(ObjectKey key) {
    String rest = key.text().substring(prefix.length() + 1);
    return rest.endsWith(SUFFIX)
        ? Optional.of(rest.substring(0, rest.length() - SUFFIX.length()))
        : Optional.empty();
  }

  /**
   * @throws LeaseHeldException if anybody alive holds it
   */
  public void requireFree(String name) {
    holder(name)
        .ifPresent(other -> {
          throw new LeaseHeldException(name, other);
        });
  }

  private Optional<Content> read(String name) {
    try {
      return Optional.of(LeaseFormat.decode(storage.read(key(name)).content(), key(name)));
    } catch (ObjectMissingException e) {
      return Optional.empty();
    }
  }

  /**
   * Removes a lease whose holder is gone or silent past its time.
   *
   * @throws LeaseHeldException if a live one holds it
   */
  public void removeDead(String name) {
    try {
      Versioned found = storage.read(key(name));
      Content content = LeaseFormat.decode(found.content(), key(name));
      if (isAlive(content) || !storage.deleteIf(key(name), found.version())) {
        throw new LeaseHeldException(name, holder(content));
      }
    } catch (ObjectMissingException e) {
      // Somebody was faster.
    }
  }

  static LeaseHolder holder(Content content) {
    return new LeaseHolder(
        content.process().host(),
        content.process().pid(),
        content.purpose(),
        content.acquired(),
        content.expires());
  }
}
