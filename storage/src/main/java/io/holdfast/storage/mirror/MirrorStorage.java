package io.holdfast.storage.mirror;

import io.holdfast.storage.Copies;
import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Placement;
import io.holdfast.storage.Placement.Place;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Versioned;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Several sites as one storage to write to. The first one, the <b>primary</b>, decides: whether a
 * key is taken, which version a document has, who holds a lease, what there is to list. It must be
 * reachable; its failure is the failure of the call, and the further sites are not asked then. What
 * {@link Placement} puts everywhere goes to the further sites too, <b>after</b> the primary has it:
 * a further site never holds what the primary never held.
 *
 * <table>
 * <caption>What is promised when a call returns</caption>
 * <tr><td>create, write and commit</td><td>durable on the primary, on every required site, and on
 *   every other one that is not left out. A further site that has the key is compared: the same
 *   bytes are fine; others are a failure of that site and are never overwritten</td></tr>
 * <tr><td>a taken key</td><td>what the primary holds under it lies on every required site too: a
 *   writer that repeats itself after a failure may take "exists, and is the same" for "stored"</td></tr>
 * <tr><td>replace, deleteIf</td><td>decided by the primary alone; the further sites follow it</td></tr>
 * <tr><td>delete</td><td>gone from the primary; then from the others, if {@link Placement} says that
 *   this is a writer's taking back what only he needed. Nothing else is deleted beyond the
 *   primary</td></tr>
 * <tr><td>read, stream, stat, list, folders, leftovers</td><td>the primary's alone. A backup that took over
 *   what only another site has would be none on the primary</td></tr>
 * </table>
 *
 * <p><b>A further site that fails</b>, be it before or after the effect or by hanging longer than
 * the {@link Patience}, fails the call if it is required: then the primary may have the object, and
 * repeating the call brings it to the site. Otherwise the site is left out, which is told, and the
 * call succeeds. After a rest it is tried again. What it missed, only a sync brings there. Nothing
 * that says "all of this is here" is ever written by this class, so a site that missed something
 * never tells otherwise: see {@link Place#WHEN_COMPLETE}.
 *
 * <p>Bytes are handed to further sites through a queue of bounded length and a thread each, so all
 * sites together take about the time of the slowest.
 */
public final class MirrorStorage implements Storage, Copies {
  private final Site primary;
  private final Storage first;
  private final List<Member> further;
  private final Placement placement;
  private final Consumer<String> warnings;
  private final ExecutorService threads;
  private final Blocks blocks = new Blocks();
  private Optional<String> identity = Optional.empty();

  private MirrorStorage(
      List<Site> sites, Placement placement, Consumer<String> warnings, Patience patience) {
    if (sites.isEmpty()) {
      throw new IllegalArgumentException("a mirror has at least one site");
    }
    this.primary = sites.getFirst();
    this.first = primary.storage();
    this.placement = placement;
    this.warnings = warnings;
    this.threads = SiteThreads.start();
    this.further =
        sites.stream()
            .skip(1)
            .map(site ->
                new Member(
                    site,
                    Member.Use.WRITTEN,
                    placement,
                    this::identity,
                    warnings,
                    threads,
                    patience))
            .toList();
  }

  public static MirrorStorage of(
      List<Site> sites, Placement placement, Consumer<String> warnings, Patience patience) {
    return new MirrorStorage(List.copyOf(sites), placement, warnings, patience);
  }

  private synchronized Optional<String> identity() {
    if (identity.isEmpty()) {
      identity = placement.identityKey().map(key -> placement.identity(first.read(key).content()));
    }
    return identity;
  }

  /** After an object was written that does not go to all sites at once. */
  void written(ObjectKey key) {
    if (placement.of(key) == Place.DOCUMENT) {
      spread(key);
    }
  }

  Blocks blocks() {
    return blocks;
  }

  /** The primary's: where things are decided is what failures are about. */
  @Override
  public String description() {
    return first.description();
  }

  @Override
  public Copies copies() {
    return this;
  }

  @Override
  public Optional<Site> primary() {
    return Optional.of(primary);
  }

  /** None: whoever writes builds on what he reads, and that has to be on the primary. */
  @Override
  public List<Site> sites() {
    return List.of();
  }

  @Override
  public void onFurther(String attempt, Consumer<Site> work) {
    further.forEach(member -> member.attempt(attempt, storage -> work.accept(member.asSite())));
  }

  @Override
  public void warn(String line) {
    warnings.accept(line);
  }

  @Override
  public void create(ObjectKey key, byte[] content) {
    Place place = placement.of(key);
    try {
      first.create(key, content);
    } catch (ObjectExistsException e) {
      spread(key);
      throw e;
    }
    if (place == Place.EVERYWHERE) {
      each("create " + key, agreement -> agreement.create(key, content));
    } else {
      spread(key);
    }
  }

  @Override
  public void spread(ObjectKey key) {
    switch (placement.of(key)) {
      case EVERYWHERE -> each("copy " + key, agreement -> agreement.copy(key));
      case DOCUMENT -> each("copy " + key, agreement -> agreement.follow(key));
      case PRIMARY, WHEN_COMPLETE -> {}
    }
  }

  private void each(String attempt, Consumer<Agreement> work) {
    further.forEach(
        member -> member.attempt(attempt, storage -> work.accept(new Agreement(first, storage))));
  }

  @Override
  public ObjectWriter write(ObjectKey key) {
    MirrorWriter writer = new MirrorWriter(this, key, first.write(key));
    if (placement.of(key) != Place.EVERYWHERE) {
      return writer;
    }
    try {
      for (Member member : further) {
        if (member.takesPart()) {
          writer.add(member, feed(member, key));
        }
      }
      return writer;
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  private SiteFeed feed(Member member, ObjectKey key) {
    return SiteFeed.start(member.storage().below(), first, key, blocks, member.patience(), threads);
  }

  @Override
  public boolean replace(ObjectKey key, String expected, byte[] content) {
    boolean replaced = first.replace(key, expected, content);
    if (replaced) {
      spread(key);
    }
    return replaced;
  }

  @Override
  public boolean deleteIf(ObjectKey key, String expected) {
    boolean deleted = first.deleteIf(key, expected);
    if (deleted) {
      deleteFurther(key);
    }
    return deleted;
  }

  @Override
  public void delete(ObjectKey key) {
    first.delete(key);
    deleteFurther(key);
  }

  private void deleteFurther(ObjectKey key) {
    if (!placement.isTakenBackEverywhere(key)) {
      return;
    }
    switch (placement.of(key)) {
      case EVERYWHERE, WHEN_COMPLETE ->
          further.forEach(
              member -> member.attempt("delete " + key, storage -> storage.delete(key)));
      case DOCUMENT -> each("delete " + key, agreement -> agreement.follow(key));
      case PRIMARY -> {}
    }
  }

  /** On the primary: a further site has what is announced there when it is announced. */
  @Override
  public void protect(Supplier<? extends Collection<ObjectKey>> keys) {
    first.protect(keys);
  }

  @Override
  public Versioned read(ObjectKey key) {
    return first.read(key);
  }

  @Override
  public void read(ObjectKey key, long offset, byte[] into, int at, int length) {
    first.read(key, offset, into, at, length);
  }

  @Override
  public byte[] beginning(ObjectKey key, int most) {
    return first.beginning(key, most);
  }

  @Override
  public InputStream stream(ObjectKey key, long offset) {
    return first.stream(key, offset);
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return first.stat(key);
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> consumer) {
    first.list(prefix, consumer);
  }

  @Override
  public List<String> folders(String prefix) {
    return first.folders(prefix);
  }

  @Override
  public void leftovers(String prefix, Consumer<ObjectStat> consumer) {
    first.leftovers(prefix, consumer);
  }

  @Override
  public void deleteLeftover(ObjectStat leftover) {
    first.deleteLeftover(leftover);
  }

  /** Closes the sites too. */
  @Override
  public void close() {
    try {
      first.close();
    } finally {
      further.forEach(member -> member.storage().close());
      threads.shutdown();
    }
  }
}
