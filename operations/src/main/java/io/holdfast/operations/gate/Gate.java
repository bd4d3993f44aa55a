package io.holdfast.operations.gate;

import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.notes.Standing;
import io.holdfast.operations.proof.CarriedOut;
import io.holdfast.operations.proof.PlanRuns;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.operations.proof.SignatureKey;
import io.holdfast.operations.proof.TestPlan;
import io.holdfast.operations.proof.Verdict;
import io.holdfast.operations.status.ClusterStatus;
import io.holdfast.operations.status.RecoverableWindow;
import io.holdfast.operations.status.ServerPosition;
import io.holdfast.operations.status.Status;
import io.holdfast.operations.wal.Receiver;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.NewerFormatException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Mets demands on one cluster. What cannot be seen is never said to be met. */
public final class Gate {
  /** Clocks of two machines are never quite the same. */
  private static final Duration CLOCKS = Duration.ofMinutes(5);

  private static final Duration ON_ITS_WAY = Duration.ofSeconds(15);

  private final Repository repository;
  private final ClusterArchive archive;
  private final List<SiteBackups> sites;
  private final Optional<SignatureKey> signatureKey;
  private final Supplier<Optional<ServerPosition>> server;
  private final InstantSource clock;

  /**
   * @param signatureKey with which a proof must be signed that is to count; empty if any does
   * @param server asked where it is, where what can be restored is older than demanded: it may just
   *     have had nothing to do; empty if it does not say
   */
  public Gate(
      Repository repository,
      String cluster,
      List<SiteBackups> sites,
      Optional<SignatureKey> signatureKey,
      Supplier<Optional<ServerPosition>> server,
      InstantSource clock) {
    this.repository = repository;
    this.archive = repository.cluster(cluster);
    this.sites = List.copyOf(sites);
    this.signatureKey = signatureKey;
    this.server = server;
    this.clock = clock;
  }

  public List<Met> ask(Demands demands) {
    List<Met> answers = new ArrayList<>();
    Newest newest = newest(demands.kind());
    demands.maxAge().ifPresent(most -> answers.add(age(newest, most)));
    demands.maxLoss().ifPresent(most -> answers.add(loss(most)));
    demands.provenWithin().ifPresent(most -> answers.add(proven(demands, most)));
    demands.copies().ifPresent(least -> answers.add(copies(newest, least)));
    return answers;
  }

  /**
   * That each plan was carried out when it should have been, whatever its proofs found.
   *
   * @param plans of this cluster
   */
  public List<Met> plans(List<TestPlan> plans) {
    Instant now = clock.instant();
    CarriedOut carriedOut = new PlanRuns(archive).of(plans, now);
    List<Met> answers = new ArrayList<>();
    for (TestPlan plan : plans) {
      String demand = "plan " + plan.name();
      String expected =
          "a proof by this plan every "
              + words(plan.every())
              + ", or at most "
              + words(plan.tolerance())
              + " later";
      String found =
          carriedOut
              .last(plan)
              .map(time -> "one " + words(Duration.between(time, now)) + " ago")
              .orElse("none of that time" + waiting(carriedOut, plan, now));
      answers.add(
          carriedOut.overdue(plan, now)
              ? failed(demand, expected, found)
              : passed(demand, expected, found));
    }
    return answers;
  }

  private static String waiting(CarriedOut carriedOut, TestPlan plan, Instant now) {
    if (carriedOut.overdue(plan, now)) {
      return "";
    }
    return carriedOut
        .since()
        .map(first -> "; its first one is still due, for the first backup is of " + first)
        .orElse("; there is no backup to prove yet");
  }

  /**
   * @param unreadable those after it, or all, that cannot be read
   */
  private record Newest(Optional<Manifest> manifest, List<BackupId> unreadable) {}

  private Newest newest(Optional<String> kind) {
    List<BackupId> unreadable = new ArrayList<>();
    for (BackupId id : standing().reversed()) {
      try {
        Manifest manifest = archive.open(id).manifest();
        if (kind.isEmpty() || manifest.kind().equals(kind.get())) {
          return new Newest(Optional.of(manifest), unreadable);
        }
      } catch (RepositoryDamagedException | NewerFormatException e) {
        unreadable.add(id);
      }
    }
    return new Newest(Optional.empty(), unreadable);
  }

  private List<BackupId> standing() {
    Map<BackupId, Standing> standings = new Backups(archive).standings();
    return archive.backupIds().stream()
        .filter(id -> !standings.getOrDefault(id, Standing.PLAIN).removed())
        .toList();
  }

  private Met age(Newest newest, Duration most) {
    String expected = "a backup of at most " + words(most);
    if (newest.manifest().isEmpty()) {
      return failed("age", expected, "none" + damaged(newest));
    }
    Manifest manifest = newest.manifest().get();
    Duration age = Duration.between(manifest.finished(), clock.instant());
    String found =
        manifest.id() + " (" + manifest.kind() + "), " + words(age) + " old" + damaged(newest);
    if (age.compareTo(CLOCKS.negated()) < 0) {
      return unverified("age", expected, found + ": it is of the future, so a clock is wrong");
    }
    return age.compareTo(most) <= 0
        ? passed("age", expected, found)
        : failed("age", expected, found);
  }

  private static String damaged(Newest newest) {
    return newest.unreadable().isEmpty()
        ? ""
        : "; cannot be read: "
            + String.join(", ", newest.unreadable().stream().map(BackupId::text).toList());
  }

  private Met loss(Duration most) {
    String expected = "restorable to at most " + words(most) + " ago";
    Optional<ServerPosition> position = Optional.empty();
    long began = System.nanoTime();
    for (long pause = 500; ; pause *= 2) {
      ClusterStatus status = new Status(repository, clock).of(archive.name());
      if (status.to().isEmpty()) {
        return failed("loss", expected, "nothing can be restored to a moment");
      }
      Reach reach = new Reach(status, status.to().get(), position);
      if (reach.behind().compareTo(most) <= 0) {
        return passed("loss", expected, reach.found());
      }
      position = position.isPresent() ? position : server.get();
      if (position.isEmpty()) {
        return unasked(expected, reach);
      }
      reach = new Reach(status, status.to().get(), position);
      if (reach.complete() || !reach.comparable() || !receiving() || spent(began, pause)) {
        return asked(expected, reach);
      }
    }
  }

  /** What the server wrote last may be on its way: a receiver ships every few seconds. */
  private static boolean spent(long began, long pause) {
    if (System.nanoTime() - began > ON_ITS_WAY.toNanos()) {
      return true;
    }
    try {
      Thread.sleep(pause);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private boolean receiving() {
    return archive.holder(Receiver.LEASE).isPresent();
  }

  private Met asked(String expected, Reach reach) {
    if (reach.complete()) {
      return passed("loss", expected, reach.found() + "; the server has had nothing else to do");
    }
    return reach.comparable()
        ? failed(
            "loss",
            expected,
            reach.found() + "; the server has " + reach.beyond() + " bytes of WAL beyond it")
        : unverified(
            "loss", expected, reach.found() + "; the server is on another timeline by now");
  }

  private Met unasked(String expected, Reach reach) {
    return receiving()
        ? unverified(
            "loss",
            expected,
            reach.found()
                + "; a receiver is at work, so the server may just have had nothing to do, but it"
                + " did not answer")
        : failed("loss", expected, reach.found() + ", and no receiver is at work");
  }

  /**
   * How far what can be restored reaches.
   *
   * @param to the last transaction
   * @param server where it was, if it was asked
   */
  private final class Reach {
    private final RecoverableWindow newest;
    private final Instant to;
    private final Optional<ServerPosition> server;

    Reach(ClusterStatus status, Instant to, Optional<ServerPosition> server) {
      // That of the newest timeline of the newest server comes last.
      this.newest = status.windows().getLast();
      this.to = to;
      this.server = server;
    }

    Duration behind() {
      return Duration.between(to, clock.instant());
    }

    /** Whether all that the server had when it was asked can be restored. */
    boolean complete() {
      return server.filter(position -> position.within(newest)).isPresent();
    }

    boolean comparable() {
      return server.filter(position -> position.sameHistory(newest)).isPresent();
    }

    long beyond() {
      return server.map(position -> position.beyond(newest)).orElse(0L);
    }

    String found() {
      return "the last transaction that can be restored is of "
          + to
          + ", "
          + words(behind())
          + " ago";
    }
  }

  /** A failure counts whoever signed it: what is at stake is a backup that is taken for good. */
  private Met proven(Demands demands, Duration most) {
    String expected =
        "proven to be "
            + demands.provenLevel().word()
            + " within the last "
            + words(most)
            + signatureKey.map(key -> ", signed with " + key.fingerprint()).orElse("");
    Set<BackupId> standing = Set.copyOf(standing());
    Proofs proofs = new Proofs(archive);
    Instant now = clock.instant();
    Map<String, Word> words = new TreeMap<>();
    int unsigned = 0;
    int after = 0;
    for (Proofs.Entry entry : proofs.list().reversed()) {
      boolean passed = words.values().stream().anyMatch(word -> !word.failed());
      if (Duration.between(entry.ended(), now).compareTo(most) > 0
          || (passed && after++ > OTHERS)) {
        break;
      }
      Optional<Said> read =
          standing.contains(entry.backup())
              ? read(proofs, entry).filter(each -> counts(each.proof(), demands))
              : Optional.empty();
      if (read.isEmpty()) {
        continue;
      }
      Proof proof = read.get().proof();
      if (passes(proof, demands) && !read.get().signed()) {
        unsigned++;
      } else if (passes(proof, demands) || proof.verdict() == Verdict.FAILED) {
        words.putIfAbsent(proof.kind(), new Word(proof, proof.verdict() == Verdict.FAILED));
      }
    }
    return proven(expected, words, unsigned, now);
  }

  /** How many proofs are looked at behind one that passed, for the last word on other kinds. */
  private static final int OTHERS = 30;

  /** The last word on a kind of backup: a failure of one is not undone by another kind. */
  private record Word(Proof proof, boolean failed) {}

  private static boolean passes(Proof proof, Demands demands) {
    return proof.verdict() == Verdict.PASSED
        && proof.reached().filter(r -> r.compareTo(demands.provenLevel()) >= 0).isPresent();
  }

  private Met proven(String expected, Map<String, Word> words, int unsigned, Instant now) {
    Optional<Word> failure = words.values().stream().filter(Word::failed).findFirst();
    Optional<Word> success = words.values().stream().filter(word -> !word.failed()).findFirst();
    if (failure.isEmpty() && success.isPresent()) {
      return passed("proven", expected, said(success.get(), now));
    }
    String found =
        failure
            .map(word ->
                "the last proof of a "
                    + word.proof().kind()
                    + " backup failed, of "
                    + said(word, now))
            .orElse("no such proof; `holdfast prove " + archive.name() + "` makes one");
    return failed(
        "proven",
        expected,
        found + (unsigned == 0 ? "" : "; " + unsigned + " that passed without that signature"));
  }

  private static String said(Word word, Instant now) {
    return "backup "
        + word.proof().backup()
        + ", "
        + words(Duration.between(word.proof().ended(), now))
        + " ago";
  }

  /**
   * @param signed as is demanded
   */
  private record Said(Proof proof, boolean signed) {}

  private static boolean counts(Proof proof, Demands demands) {
    return demands.kind().isEmpty() || demands.kind().get().equals(proof.kind());
  }

  /** A proof that cannot be read proves nothing. */
  private Optional<Said> read(Proofs proofs, Proofs.Entry entry) {
    try {
      return proofs
          .stored(entry)
          .map(stored ->
              new Said(
                  stored.proof(),
                  signatureKey.map(key -> stored.authenticity(key).valid()).orElse(true)));
    } catch (RepositoryDamagedException e) {
      return Optional.empty();
    }
  }

  private Met copies(Newest newest, int least) {
    String expected = "the newest backup on " + least + (least == 1 ? " site" : " sites");
    if (newest.manifest().isEmpty()) {
      return failed("copies", expected, "no backup");
    }
    BackupId id = newest.manifest().get().id();
    List<String> there = new ArrayList<>();
    List<String> unseen = new ArrayList<>();
    for (SiteBackups site : sites) {
      try {
        if (site.of(archive.name()).contains(id)) {
          there.add(site.site());
        }
      } catch (HoldfastException e) {
        unseen.add(site.site());
      }
    }
    String found =
        id
            + " on "
            + (there.isEmpty() ? "none" : String.join(", ", there))
            + (unseen.isEmpty() ? "" : "; could not be asked: " + String.join(", ", unseen));
    if (there.size() >= least) {
      return passed("copies", expected, found);
    }
    return there.size() + unseen.size() >= least
        ? unverified("copies", expected, found)
        : failed("copies", expected, found);
  }

  private Met passed(String demand, String expected, String found) {
    return new Met(archive.name(), demand, Verdict.PASSED, expected, found);
  }

  private Met failed(String demand, String expected, String found) {
    return new Met(archive.name(), demand, Verdict.FAILED, expected, found);
  }

  private Met unverified(String demand, String expected, String found) {
    return new Met(archive.name(), demand, Verdict.UNVERIFIED, expected, found);
  }

  /** In the largest units that say enough. */
  private static String words(Duration span) {
    long seconds = Math.abs(span.toSeconds());
    String text =
        seconds >= 2 * 86_400
            ? seconds / 86_400 + " d " + seconds % 86_400 / 3600 + " h"
            : seconds >= 3600
                ? seconds / 3600 + " h " + seconds % 3600 / 60 + " min"
                : seconds >= 60 ? seconds / 60 + " min " + seconds % 60 + " s" : seconds + " s";
    return text.replaceAll(" 0 (h|min|s)$", "");
  }
}
