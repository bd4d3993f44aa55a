package io.holdfast.storage.mirror;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Placement;
import io.holdfast.storage.Site;
import io.holdfast.storage.StorageException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of the sites, and whether it takes part for the moment. It does once it has shown whose it
 * is, until it fails; then it rests, and has to show it again. Thread-safe.
 */
final class Member {
  private static final int LONGEST_REST = 10;

  private final Site site;
  private final Use use;
  private final TimedStorage storage;
  private final Placement placement;
  private final Supplier<Optional<String>> identity;
  private final Consumer<String> warnings;
  private final Patience patience;
  private final Duration shortestRest;

  private boolean admitted;
  private @Nullable StorageException trouble;
  private long restsUntil;
  private Duration rest;

  /** What whoever is told that a site is left out wants to know next. */
  enum Use {
    WRITTEN("write to", ". What is written goes to the other sites; `holdfast sync %s`"),
    READ("read from", ". The other sites are read; once it is back, `holdfast sync %s`");

    private final String attempt;
    private final String meanwhile;

    Use(String attempt, String meanwhile) {
      this.attempt = attempt;
      this.meanwhile = meanwhile;
    }
  }

  /**
   * @param identity of the repository; empty if nobody can tell, and then nothing is checked
   */
  Member(
      Site site,
      Use use,
      Placement placement,
      Supplier<Optional<String>> identity,
      Consumer<String> warnings,
      ExecutorService threads,
      Patience patience) {
    this.site = site;
    this.use = use;
    this.patience = site.required() ? patience.forRequired() : patience;
    this.storage = new TimedStorage(site.storage(), threads, this.patience);
    this.placement = placement;
    this.identity = identity;
    this.warnings = warnings;
    this.shortestRest = patience.rest();
    this.rest = patience.rest();
  }

  String name() {
    return site.name();
  }

  boolean required() {
    return site.required();
  }

  Patience patience() {
    return patience;
  }

  TimedStorage storage() {
    return storage;
  }

  /** As others see it: calls on it do not hang. */
  Site asSite() {
    return new Site(site.name(), storage, site.required());
  }

  /** The failure because of which it is left out, if it is. */
  synchronized Optional<StorageException> trouble() {
    return Optional.ofNullable(trouble);
  }

  /**
   * Whether it takes part, after looking whose it is where that is not known.
   *
   * @throws StorageException if it does not, and is required
   */
  synchronized boolean takesPart() {
    if (admitted) {
      return true;
    }
    if (trouble != null && !site.required() && System.nanoTime() - restsUntil < 0) {
      return false;
    }
    try {
      requireOurs();
    } catch (StorageException e) {
      failed(use.attempt, e);
      return false;
    }
    admitted = true;
    if (trouble != null) {
      trouble = null;
      warnings.accept(
          "site " + site + " is back; `holdfast sync " + name() + "` brings it up to date");
    }
    return true;
  }

  private void requireOurs() {
    Optional<ObjectKey> key = placement.identityKey();
    Optional<String> ours = key.isEmpty() ? Optional.empty() : identity.get();
    if (ours.isEmpty()) {
      return;
    }
    String theirs;
    try {
      theirs = placement.identity(storage.read(key.get()).content());
    } catch (ObjectMissingException e) {
      throw new StorageException(
          "could not use site " + site + ": expected " + key.get() + ", found no repository",
          "If it is new: holdfast sync "
              + name()
              + ". If it is not: is its file system mounted, is the address right?",
          e);
    } catch (StorageException e) {
      throw e;
    } catch (HoldfastException e) {
      throw new StorageException(
          "could not use site " + site + ": " + e.getMessage(), e.hint().orElse(null), e);
    }
    if (!theirs.equals(ours.get())) {
      throw new StorageException(
          "could not use site "
              + site
              + ": expected repository "
              + ours.get()
              + ", found repository "
              + theirs,
          "It belongs to something else. Give this site another place in the configuration.",
          null);
    }
  }

  /**
   * Leaves the site out for now, and says so; returns only if it is not required.
   *
   * @throws StorageException if it is
   */
  synchronized void failed(String attempt, StorageException cause) {
    if (Thread.currentThread().isInterrupted()) {
      throw cause;
    }
    admitted = false;
    if (site.required()) {
      throw new StorageException(
          "could not " + attempt + " site " + site + ", which is required: " + cause.getMessage(),
          cause.hint().orElse("`holdfast sync " + name() + "` brings it up to date once it works."),
          cause);
    }
    boolean known = trouble != null;
    trouble = cause;
    if (known) {
      Duration longest = shortestRest.multipliedBy(LONGEST_REST);
      rest = rest.multipliedBy(2).compareTo(longest) > 0 ? longest : rest.multipliedBy(2);
    } else {
      rest = shortestRest;
    }
    restsUntil = System.nanoTime() + rest.toNanos();
    warnings.accept(
        "site "
            + site
            + " is left out for now: "
            + cause.getMessage()
            + String.format(Locale.ROOT, use.meanwhile, name())
            + " brings it up to date");
  }

  /** Does something on the site if it takes part; what fails is told, or thrown if required. */
  void attempt(String attempt, Consumer<TimedStorage> work) {
    if (!takesPart()) {
      return;
    }
    try {
      work.accept(storage);
    } catch (StorageException e) {
      failed(attempt + " on", e);
    } catch (HoldfastException e) {
      behind(attempt, e);
    }
  }

  /** The site works, and lacks something or holds something else. */
  private void behind(String attempt, HoldfastException cause) {
    if (cause.status() == ExitStatus.INTERRUPTED) {
      throw cause;
    }
    String message = "could not " + attempt + " on site " + site + ": " + cause.getMessage();
    String hint = "`holdfast sync " + name() + "` brings it up to date.";
    if (site.required()) {
      throw new HoldfastException(cause.status(), message + "; the site is required", hint, cause);
    }
    warnings.accept(message + ". " + hint);
  }
}
