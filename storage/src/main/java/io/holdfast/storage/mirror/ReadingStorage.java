package io.holdfast.storage.mirror;

import io.holdfast.storage.Copies;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Placement;
import io.holdfast.storage.Placement.Place;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Versioned;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Several sites as one storage to read from, whichever of them can be reached. What there is, is
 * what any of them lists. An object comes from the first site that has it and answers; one that is
 * missing on a site, cut short there or not to be read comes from the next, which is told. Refuses
 * every change.
 *
 * <p>"There is no such object" is said only if it is true: by the primary, if that takes part, for
 * it is written to before the others; otherwise by all that take part. A site in trouble never
 * makes an object missing, unless it was left out for good ({@link #leaveOut}).
 */
public final class ReadingStorage implements Storage, Copies {
  /** Failures in a row after which a site is left alone for a while. */
  private static final int ENOUGH = 3;

  private final List<Member> all;
  private final Placement placement;
  private final Told told;
  private final ExecutorService threads;
  private final Patience patience;
  private volatile Asked asked;
  private Optional<String> identity = Optional.empty();

  /**
   * Those that are asked, and how often in a row each has failed.
   *
   * @param failures by the place in the list
   */
  private record Asked(List<Member> members, AtomicIntegerArray failures) {
    static Asked of(List<Member> members) {
      return new Asked(members, new AtomicIntegerArray(members.size()));
    }
  }

  private ReadingStorage(
      List<Site> sites, Placement placement, Consumer<String> warnings, Patience patience) {
    this.placement = placement;
    this.told = new Told(warnings);
    this.patience = patience;
    this.threads = SiteThreads.start();
    this.all =
        sites.stream()
            .map(site -> new Site(site.name(), site.storage(), false))
            .map(site ->
                new Member(
                    site, Member.Use.READ, placement, this::identity, warnings, threads, patience))
            .toList();
    this.asked = Asked.of(all);
  }

  public static ReadingStorage of(
      List<Site> sites, Placement placement, Consumer<String> warnings, Patience patience) {
    return new ReadingStorage(List.copyOf(sites), placement, warnings, patience);
  }

  /** That of the first site which tells one. */
  private synchronized Optional<String> identity() {
    if (identity.isEmpty() && placement.identityKey().isPresent()) {
      ObjectKey key = placement.identityKey().get();
      for (Member member : asked.members()) {
        try {
          identity = Optional.of(placement.identity(member.storage().read(key).content()));
          break;
        } catch (StorageException e) {
          // It is left out when it is its turn, and says why.
        }
      }
    }
    return identity;
  }

  @Override
  public String description() {
    return String.join(
        " or ", asked.members().stream().map(member -> member.storage().description()).toList());
  }

  @Override
  public Copies copies() {
    return this;
  }

  /** The first one that takes part stands in for it. */
  @Override
  public Optional<Site> primary() {
    return asked.members().stream().filter(Member::takesPart).map(Member::asSite).findFirst();
  }

  @Override
  public List<Site> sites() {
    return asked.members().stream().filter(Member::takesPart).map(Member::asSite).toList();
  }

  @Override
  public List<String> leftOut() {
    List<Member> part = asked.members().stream().filter(Member::takesPart).toList();
    return all.stream().filter(each -> !part.contains(each)).map(Member::name).toList();
  }

  @Override
  public void leaveOut(Collection<String> names) {
    List<Member> others =
        asked.members().stream().filter(each -> !names.contains(each.name())).toList();
    if (!others.isEmpty()) {
      asked = Asked.of(others);
    }
  }

  @Override
  public void onFurther(String attempt, Consumer<Site> work) {
    throw refusal(attempt);
  }

  @Override
  public void warn(String line) {
    told.once(line);
  }

  @Override
  public Versioned read(ObjectKey key) {
    return first(key, storage -> storage.read(key));
  }

  @Override
  public void read(ObjectKey key, long offset, byte[] into, int at, int length) {
    first(
        key,
        storage -> {
          storage.read(key, offset, into, at, length);
          return true;
        });
  }

  @Override
  public byte[] beginning(ObjectKey key, int most) {
    return first(key, storage -> storage.beginning(key, most));
  }

  @Override
  public InputStream stream(ObjectKey key, long offset) {
    return new ContinuedStream(this, key, offset, open(key, offset));
  }

  /** A stream of the first site that has the object; the next one continues what it fails at. */
  InputStream open(ObjectKey key, long offset) {
    return first(key, storage -> storage.stream(key, offset));
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    try {
      return Optional.of(
          first(
              key,
              storage ->
                  storage
                      .stat(key)
                      .orElseThrow(() -> new ObjectMissingException(storage.description(), key))));
    } catch (ObjectMissingException e) {
      return Optional.empty();
    }
  }

  private <T> T first(ObjectKey key, Function<Storage, T> ask) {
    Asked now = asked;
    boolean onlyPrimary = placement.of(key) == Place.PRIMARY;
    StorageException missing = null;
    StorageException trouble = null;
    for (int i = 0; i < now.members().size(); i++) {
      Member member = now.members().get(i);
      if (onlyPrimary && !isPrimary(member)) {
        break;
      }
      if (!member.takesPart()) {
        trouble = trouble == null ? member.trouble().orElse(null) : trouble;
        continue;
      }
      try {
        T found = ask.apply(member.storage());
        now.failures().set(i, 0);
        if (missing != null) {
          tellMissing(key, member, now);
        } else if (trouble != null) {
          tell(key, member, trouble, now);
        }
        return found;
      } catch (ObjectMissingException e) {
        missing = missing == null ? e : missing;
      } catch (StorageException e) {
        restIfEnough(i, now, e);
        trouble = trouble == null && !primaryMisses(member, missing) ? e : trouble;
      }
    }
    throw missing != null && trouble == null ? missing : trouble != null ? trouble : gone(key);
  }

  private boolean isPrimary(Member member) {
    return member.equals(all.getFirst());
  }

  /** Then it is missing, whatever the others say. */
  private boolean primaryMisses(Member asked, @Nullable StorageException missing) {
    Member first = this.asked.members().getFirst();
    return !isPrimary(asked) && missing != null && isPrimary(first) && first.takesPart();
  }

  private static void restIfEnough(int site, Asked asked, StorageException failure) {
    if (asked.failures().incrementAndGet(site) >= ENOUGH || failure instanceof SiteHangsException) {
      asked.failures().set(site, 0);
      asked.members().get(site).failed("read from", failure);
    }
  }

  private void tell(ObjectKey key, Member member, StorageException why, Asked now) {
    if (standsInForFirst(member, now)) {
      told.once("read " + key + " from site " + member.name() + ", for: " + why.getMessage());
    }
  }

  /**
   * Once for all of it: a site may lack what its rules have removed. That it lacks what is
   * announced is what its listing says already.
   */
  private void tellMissing(ObjectKey key, Member member, Asked now) {
    if (standsInForFirst(member, now) && placement.of(key) != Place.WHEN_COMPLETE) {
      told.once(
          "some of what is needed is not on site "
              + now.members().getFirst().name()
              + ", and is read from site "
              + member.name());
    }
  }

  private static boolean standsInForFirst(Member member, Asked now) {
    Member first = now.members().getFirst();
    return !member.equals(first) && first.takesPart();
  }

  /** Of what only the primary tells, nothing is known while it is away; there is none. */
  private ObjectMissingException gone(ObjectKey key) {
    return new ObjectMissingException(description(), key);
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> consumer) {
    new MergedListing(asked.members(), this::isPrimary, placement, threads, patience)
        .run(prefix, consumer);
  }

  /** Of all that take part; one that fails is left out, and if all do, that is thrown. */
  @Override
  public List<String> folders(String prefix) {
    return new MergedFolders(asked.members()).below(prefix);
  }

  /** Of the primary; they are nobody else's business. */
  @Override
  public void leftovers(String prefix, Consumer<ObjectStat> consumer) {
    if (all.getFirst().takesPart()) {
      all.getFirst().storage().leftovers(prefix, consumer);
    }
  }

  private HoldfastException refusal(String attempt) {
    return new HoldfastException(
        ExitStatus.REFUSED,
        "could not " + attempt + ": " + description() + " is open to be read only",
        null);
  }

  @Override
  public void create(ObjectKey key, byte[] content) {
    throw refusal("create " + key);
  }

  @Override
  public ObjectWriter write(ObjectKey key) {
    throw refusal("write " + key);
  }

  @Override
  public boolean replace(ObjectKey key, String expected, byte[] content) {
    throw refusal("replace " + key);
  }

  @Override
  public boolean deleteIf(ObjectKey key, String expected) {
    throw refusal("delete " + key);
  }

  @Override
  public void delete(ObjectKey key) {
    throw refusal("delete " + key);
  }

  @Override
  public void deleteLeftover(ObjectStat leftover) {
    throw refusal("delete " + leftover.key());
  }

  /** Closes the sites too. */
  @Override
  public void close() {
    List<RuntimeException> failed = new ArrayList<>();
    for (Member member : all) {
      try {
        member.storage().close();
      } catch (RuntimeException e) {
        failed.add(e);
      }
    }
    threads.shutdown();
    if (!failed.isEmpty()) {
      throw failed.getFirst();
    }
  }
}
