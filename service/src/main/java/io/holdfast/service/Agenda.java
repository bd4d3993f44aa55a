package io.holdfast.service;

import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Pauses;
import io.holdfast.operations.runs.Records;
import io.holdfast.operations.runs.Run;
import io.holdfast.operations.runs.RunEntry;
import io.holdfast.operations.runs.Runs;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.scheduling.Past;
import io.holdfast.scheduling.Turn;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Decides what is run when. What became of a job is taken from the repository alone: a job that
 * another node ran, or a person, is not run again. {@link #step} is called by one thread; the rest
 * by any.
 */
final class Agenda {
  /** Other nodes and people run jobs too, and pause them. */
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(5);

  /** Clocks are set, and machines sleep. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  /** Another node that writes to the same cluster may be done any moment. */
  private static final Duration SOON = Duration.ofSeconds(10);

  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(30);
  private static final Matter RECORDS = Matter.ofAll("service.records", "records of runs");

  private final Map<JobName, Standing> standings = new LinkedHashMap<>();
  private final Runs runs;
  private final Pauses pauses;
  private final JobStarter starter;
  private final ServiceEvents events;
  private final InstantSource clock;
  private final Scribe scribe;
  private final Lanes lanes;
  private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();

  /** What somebody wants to have run now, by the id that the run will have. */
  private final Map<JobName, String> wanted = new ConcurrentHashMap<>();

  private final Runnable wake;
  private final Nodes nodes;
  private final FlawedRecords flaws;
  private Set<JobName> paused = Set.of();
  private Instant lookedAt = Instant.MIN;
  private volatile boolean looked;
  private boolean troubled;

  private record Candidate(Standing standing, Turn.Now turn) {}

  /**
   * @param sharing with other nodes, if that is more than leases
   * @param wake called when a step is worth while before the moment that the last one named
   */
  Agenda(
      List<Job> jobs,
      Runs runs,
      Pauses pauses,
      JobStarter starter,
      int atOnce,
      ServiceEvents events,
      InstantSource clock,
      Author author,
      Optional<Sharing> sharing,
      Runnable wake) {
    this.runs = runs;
    this.pauses = pauses;
    this.starter = starter;
    this.events = events;
    this.clock = clock;
    this.scribe = new Scribe(runs, author, clock);
    this.lanes = new Lanes(standings, runs, atOnce);
    this.wake = wake;
    this.nodes = new Nodes(sharing, events);
    this.flaws = new FlawedRecords(standings.keySet(), events);
    Instant now = clock.instant();
    jobs.forEach(job -> standings.put(job.name(), new Standing(job, Past.since(now))));
  }

  /** Does what there is to do now. Returns when the next step is due at the latest. */
  Instant step() {
    Instant now = clock.instant();
    try {
      look(now);
      settle();
      recovered();
    } catch (HoldfastException e) {
      if (e.status() == ExitStatus.INTERRUPTED) {
        throw e;
      }
      troubled(e);
    }
    if (!looked) {
      // Without knowing what ran, anything started now might run twice.
      return now.plus(AFTER_TROUBLE);
    }
    startWanted(now);
    nodes.look();
    nodes.taken().forEach(this::startGranted);
    start(candidates(now), now);
    return next(now);
  }

  /**
   * Has a job run as soon as there is room for it, whether or not it is due or paused. Any thread.
   *
   * @return the id that its run will have; empty if that was asked for already, or there is none
   */
  Optional<String> want(JobName job) {
    String id = Runs.newId();
    if (!standings.containsKey(job) || wanted.putIfAbsent(job, id) != null) {
      return Optional.empty();
    }
    wake.run();
    return Optional.of(id);
  }

  /** This node is to start something. Any thread. */
  void granted(Sharing.Grant grant) {
    nodes.granted(grant);
    wake.run();
  }

  private void troubled(HoldfastException e) {
    if (!troubled) {
      troubled = true;
      events.trouble(RECORDS, String.valueOf(e.getMessage()));
    }
  }

  private void recovered() {
    if (troubled) {
      troubled = false;
      events.over(RECORDS);
    }
  }

  /** Reads what became of every job, one listing for all. */
  private void look(Instant now) {
    if (looked && now.isBefore(lookedAt.plus(LOOK_AGAIN)) && !now.isBefore(lookedAt)) {
      return;
    }
    Runs.Listed listed = runs.list();
    paused = pauses.all();
    flaws.look(listed, pauses, now);
    for (Standing standing : standings.values()) {
      List<RunEntry> entries = listed.entries().getOrDefault(standing.name(), List.of());
      Records records = new Records(entries, now);
      well(standing.job(), records);
      if (records.counting().isEmpty()) {
        scribe.note(standing.job(), now, Outcome.SEEN, "first seen");
        standing.takeIn(Past.since(now));
      } else {
        remember(standing, entries);
      }
    }
    lookedAt = now;
    looked = true;
  }

  /** A success anywhere, and by hand, ends what was told of an earlier failure. */
  private void well(Job job, Records records) {
    if (!scribe.keepsAnyOf(job.name())) {
      History.wellSince(records).ifPresent(since -> events.well(Matter.ofRuns(job.name()), since));
    }
  }

  private void remember(Standing standing, List<RunEntry> entries) {
    Past past =
        History.past(
            new Records(entries, clock.instant()),
            standing.past().since(),
            standing.job().plan().retries());
    standing.takeIn(scribe.with(standing.name(), past));
    standing.lookAgainAt(Instant.MIN);
  }

  /** Takes in what has ended since the last step. */
  private void settle() {
    for (Ended each = ended.poll(); each != null; each = ended.poll()) {
      settle(each);
    }
    for (Run run : scribe.kept()) {
      scribe.record(run);
      Standing standing = standings.get(run.job());
      if (standing != null) {
        remember(standing, runs.of(run.job()));
      }
    }
  }

  private void settle(Ended each) {
    Standing standing = standings.get(each.job().name());
    if (standing == null) {
      return;
    }
    standing.ends();
    lanes.freedBy(standing.job());
    List<RunEntry> entries;
    try {
      entries = runs.of(each.job().name());
    } catch (HoldfastException e) {
      keep(standing, each);
      throw e;
    }
    remember(standing, entries);
    Optional<RunEntry> own =
        entries.stream().filter(entry -> entry.id().equals(each.id())).findFirst();
    if (own.isPresent() && !each.timedOut()) {
      runs.read(own.get()).ifPresent(run -> events.ended(each.job(), run));
    } else if (each.status() == ExitStatus.LEASE_HELD.code()) {
      // Somebody else runs it, and will record it.
      standing.lookAgainAt(clock.instant().plus(LONGEST_WAIT));
      events.left(each.job(), each.id(), "another node runs it, or has just run it");
    } else if (each.status() != ExitStatus.INTERRUPTED.code() || each.timedOut()) {
      keep(standing, each);
    } else {
      events.left(each.job(), each.id(), "it was stopped, and begins anew");
    }
  }

  /** What could not record itself is recorded here, as soon as that can be done. */
  private void keep(Standing standing, Ended each) {
    Run run = scribe.of(each);
    if (run.outcome() != Outcome.INTERRUPTED) {
      scribe.keep(run);
      standing.takeIn(scribe.with(run.job(), standing.past()));
      events.ended(each.job(), run);
    }
  }

  private List<Candidate> candidates(Instant now) {
    List<Candidate> candidates = new ArrayList<>();
    for (Standing standing : standings.values()) {
      if (standing.isUnderWay() || now.isBefore(standing.lookAgain())) {
        continue;
      }
      switch (standing.turn(now)) {
        case Turn.Waiting waiting -> standing.lookAgainAt(waiting.from());
        case Turn.Missed missed -> missed(standing, missed.due(), now);
        case Turn.Now turn -> {
          if (Pauses.isPaused(paused, standing.name())) {
            standing.lookAgainAt(now.plus(LONGEST_WAIT));
          } else {
            candidates.add(new Candidate(standing, turn));
          }
        }
      }
    }
    candidates.sort(Comparator.comparing(candidate -> candidate.turn().due()));
    return candidates;
  }

  private void missed(Standing standing, Instant due, Instant now) {
    standing.lookAgainAt(now.plus(LONGEST_WAIT));
    try (Lease held = runs.take(standing.name())) {
      held.ensureHeld();
      remember(standing, runs.of(standing.name()));
      if (standing.turn(now) instanceof Turn.Missed still && still.due().equals(due)) {
        Run run = scribe.note(standing.job(), due, Outcome.MISSED, "nothing ran it in time");
        remember(standing, runs.of(standing.name()));
        events.ended(standing.job(), run);
      }
    } catch (LeaseHeldException e) {
      // Somebody runs it after all, or says so.
    } catch (HoldfastException e) {
      if (e.status() == ExitStatus.INTERRUPTED) {
        throw e;
      }
      troubled(e);
    }
  }

  private void startWanted(Instant now) {
    wanted.forEach((name, id) -> {
      Standing standing = standings.get(name);
      if (standing != null && !standing.isUnderWay() && lanes.haveRoomFor(standing.job())) {
        wanted.remove(name);
        start(standing, new Turn.Now(now, 0, 0), id, () -> {});
      }
    });
  }

  private void start(List<Candidate> candidates, Instant now) {
    for (Candidate candidate : candidates) {
      Standing standing = candidate.standing();
      if (nodes.chooses(standing.name(), candidate.turn(), now)) {
        standing.lookAgainAt(now.plus(LONGEST_WAIT));
      } else if (!standing.isUnderWay() && lanes.haveRoomFor(standing.job())) {
        confirmed(standing).ifPresent(turn -> start(standing, turn, Runs.newId(), () -> {}));
      }
    }
  }

  private void startGranted(Sharing.Grant grant) {
    Standing standing = standings.get(grant.offer().job());
    if (standing == null
        || standing.isUnderWay()
        || Pauses.isPaused(paused, standing.name())
        || !lanes.haveRoomFor(standing.job())) {
      // Whoever has it on its agenda offers it again: this node as soon as it has room.
      if (standing != null) {
        standing.giveBack();
      }
      grant.settled().run();
      return;
    }
    Optional<Turn.Now> turn =
        confirmed(standing)
            .filter(now -> now.due().equals(grant.offer().due()))
            .filter(now -> now.attempt() == grant.offer().attempt());
    if (turn.isPresent()) {
      start(standing, turn.get(), Runs.newId(), grant.settled());
    } else {
      grant.settled().run();
    }
  }

  private void start(Standing standing, Turn.Now turn, String id, Runnable atEnd) {
    standing.begins(id);
    events.began(standing.job(), turn, id);
    starter.start(
        standing.job(),
        turn,
        id,
        end -> {
          ended.add(end);
          atEnd.run();
          wake.run();
        });
  }

  /** What is still to be done after a look at what others did meanwhile. */
  private Optional<Turn.Now> confirmed(Standing standing) {
    try {
      remember(standing, runs.of(standing.name()));
      if (lanes.areTakenElsewhere(standing.job(), clock.instant())) {
        standing.lookAgainAt(clock.instant().plus(SOON));
        return Optional.empty();
      }
    } catch (HoldfastException e) {
      if (e.status() == ExitStatus.INTERRUPTED) {
        throw e;
      }
      standing.lookAgainAt(clock.instant().plus(AFTER_TROUBLE));
      troubled(e);
      return Optional.empty();
    }
    return standing.turn(clock.instant()) instanceof Turn.Now turn
        ? Optional.of(turn)
        : Optional.empty();
  }

  private Instant next(Instant now) {
    Instant next = now.plus(scribe.kept().isEmpty() && !troubled ? LONGEST_WAIT : AFTER_TROUBLE);
    for (Standing standing : standings.values()) {
      Instant look = standing.lookAgain();
      if (!standing.isUnderWay() && look.isAfter(now) && look.isBefore(next)) {
        next = look;
      }
    }
    return next;
  }

  /** The jobs that run now, by the id of the run. For the thread that steps. */
  Map<JobName, String> underWay() {
    Map<JobName, String> under = new HashMap<>();
    standings.forEach((name, standing) -> {
      standing.underWay().ifPresent(run -> under.put(name, run));
    });
    return under;
  }

  /** Looks at everything anew with the next step. */
  void lookAgain() {
    looked = false;
  }
}
