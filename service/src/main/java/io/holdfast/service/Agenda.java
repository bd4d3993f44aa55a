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
import org.jspecify.annotations.Nullable;

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

  /** A lease that ends later than that is one of a clock that was wrong. */
  private static final Duration LONGEST_LEASE = Duration.ofMinutes(15);

  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(30);
  private static final Matter RECORDS = Matter.ofAll("service.records", "records of runs");

  private final Map<JobName, Standing> standings = new LinkedHashMap<>();
  private final Runs runs;
  private final Pauses pauses;
  private final JobStarter starter;
  private final int atOnce;
  private final ServiceEvents events;
  private final InstantSource clock;
  private final Author author;
  private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();

  /** What could not be recorded yet, of each job the last: as long as it counts it is not lost. */
  private final Map<JobName, Run> unrecorded = new LinkedHashMap<>();

  /** What somebody wants to have run now, by the id that the run will have. */
  private final Map<JobName, String> wanted = new ConcurrentHashMap<>();

  private final Runnable wake;
  private final Nodes nodes;
  private final FlawedRecords flaws;
  private Set<JobName> paused = Set.of();
  private Instant lookedAt = Instant.MIN;
  private volatile boolean looked;
  private boolean troubled;
  private int running;

  /** Who writes records: the machine, and the version of the program. */
  record Author(String host, String program) {}

  /** One job and what is known of it. */
  private static final class Standing {
    private final Job job;
    private Past past;
    private Instant lookAgain = Instant.MIN;
    private @Nullable String underWay;

    /** It was granted while there was no room for it. */
    private boolean givenBack;

    private Standing(Job job, Past past) {
      this.job = job;
      this.past = past;
    }
  }

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
    this.atOnce = atOnce;
    this.events = events;
    this.clock = clock;
    this.author = author;
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
      List<RunEntry> entries = listed.entries().getOrDefault(standing.job.name(), List.of());
      Records records = new Records(entries, now);
      well(standing.job, records);
      if (records.counting().isEmpty()) {
        runs.add(word(standing.job, now, Outcome.SEEN, "first seen"));
        standing.past = Past.since(now);
      } else {
        remember(standing, entries);
      }
    }
    lookedAt = now;
    looked = true;
  }

  /** A success anywhere, and by hand, ends what was told of an earlier failure. */
  private void well(Job job, Records records) {
    if (!unrecorded.containsKey(job.name())) {
      History.wellSince(records).ifPresent(since -> events.well(Matter.ofRuns(job.name()), since));
    }
  }

  private void remember(Standing standing, List<RunEntry> entries) {
    Past past =
        History.past(
            new Records(entries, clock.instant()),
            standing.past.since(),
            standing.job.plan().retries());
    Run unsaid = unrecorded.get(standing.job.name());
    standing.past = unsaid == null ? past : after(past, unsaid);
    standing.lookAgain = Instant.MIN;
  }

  /** What counts after a run of which no record tells. */
  private static Past after(Past past, Run run) {
    if (run.byHand() && run.outcome() != Outcome.DONE) {
      return past;
    }
    if (past.handled().filter(due -> !due.isBefore(run.due())).isPresent()) {
      return past;
    }
    return run.outcome().last()
        ? new Past(past.since(), Optional.of(run.due()), Optional.empty())
        : new Past(
            past.since(),
            past.handled(),
            Optional.of(new Past.Trying(run.due(), run.attempt(), run.ended())));
  }

  /** Takes in what has ended since the last step. */
  private void settle() {
    for (Ended each = ended.poll(); each != null; each = ended.poll()) {
      settle(each);
    }
    for (Run run : List.copyOf(unrecorded.values())) {
      runs.add(run);
      unrecorded.remove(run.job());
      Standing standing = standings.get(run.job());
      if (standing != null) {
        remember(standing, runs.of(run.job()));
      }
    }
  }

  private void settle(Ended each) {
    Standing standing = standings.get(each.job().name());
    running--;
    if (standing == null) {
      return;
    }
    standing.underWay = null;
    freed(standing.job);
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
      standing.lookAgain = clock.instant().plus(LONGEST_WAIT);
      events.left(each.job(), each.id(), "another node runs it, or has just run it");
    } else if (each.status() != ExitStatus.INTERRUPTED.code() || each.timedOut()) {
      keep(standing, each);
    } else {
      events.left(each.job(), each.id(), "it was stopped, and begins anew");
    }
  }

  /** What waited for this one is offered or begun now, and not when it would be looked at next. */
  private void freed(Job job) {
    for (Standing other : standings.values()) {
      if (other.givenBack || other.job.meets(job)) {
        other.givenBack = false;
        other.lookAgain = Instant.MIN;
      }
    }
  }

  /** What could not record itself is recorded here, as soon as that can be done. */
  private void keep(Standing standing, Ended each) {
    String said =
        each.timedOut()
            ? "ended, for it took longer than its timeout\n" + each.said()
            : each.said();
    Run run =
        new Run(
            each.job().name(),
            each.turn().due(),
            each.began(),
            each.ended(),
            each.turn().attempt(),
            each.turn().passedOver(),
            each.timedOut() ? Outcome.FAILED : outcome(each.status()),
            each.status(),
            command(each.job()),
            author.host(),
            author.program(),
            said,
            each.timedOut() ? Runs.newId() : each.id());
    if (run.outcome() != Outcome.INTERRUPTED) {
      unrecorded.put(run.job(), run);
      standing.past = after(standing.past, run);
      events.ended(each.job(), run);
    }
  }

  /** Of a command that ran but could not record it; a signal's is a failure. */
  private static Outcome outcome(int status) {
    for (ExitStatus known : ExitStatus.values()) {
      if (known.code() == status) {
        return Outcome.of(known);
      }
    }
    return Outcome.FAILED;
  }

  private List<Candidate> candidates(Instant now) {
    List<Candidate> candidates = new ArrayList<>();
    for (Standing standing : standings.values()) {
      if (standing.underWay != null || now.isBefore(standing.lookAgain)) {
        continue;
      }
      switch (standing.job.plan().at(standing.past, now)) {
        case Turn.Waiting waiting -> standing.lookAgain = waiting.from();
        case Turn.Missed missed -> missed(standing, missed.due(), now);
        case Turn.Now turn -> {
          if (Pauses.isPaused(paused, standing.job.name())) {
            standing.lookAgain = now.plus(LONGEST_WAIT);
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
    standing.lookAgain = now.plus(LONGEST_WAIT);
    try (Lease held = runs.take(standing.job.name())) {
      held.ensureHeld();
      remember(standing, runs.of(standing.job.name()));
      if (standing.job.plan().at(standing.past, now) instanceof Turn.Missed still
          && still.due().equals(due)) {
        Run run = word(standing.job, due, Outcome.MISSED, "nothing ran it in time");
        runs.add(run);
        remember(standing, runs.of(standing.job.name()));
        events.ended(standing.job, run);
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
      if (standing != null && standing.underWay == null && hasRoomFor(standing.job)) {
        wanted.remove(name);
        start(standing, new Turn.Now(now, 0, 0), id, () -> {});
      }
    });
  }

  private void start(List<Candidate> candidates, Instant now) {
    for (Candidate candidate : candidates) {
      Standing standing = candidate.standing();
      if (nodes.chooses(standing.job.name(), candidate.turn(), now)) {
        standing.lookAgain = now.plus(LONGEST_WAIT);
      } else if (standing.underWay == null && hasRoomFor(standing.job)) {
        confirmed(standing).ifPresent(turn -> start(standing, turn, Runs.newId(), () -> {}));
      }
    }
  }

  private void startGranted(Sharing.Grant grant) {
    Standing standing = standings.get(grant.offer().job());
    if (standing == null
        || standing.underWay != null
        || Pauses.isPaused(paused, standing.job.name())
        || !hasRoomFor(standing.job)) {
      // Whoever has it on its agenda offers it again: this node as soon as it has room.
      if (standing != null) {
        standing.givenBack = true;
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

  private boolean hasRoomFor(Job job) {
    return running < atOnce
        && standings.values().stream()
            .noneMatch(other -> other.underWay != null && other.job.meets(job));
  }

  private void start(Standing standing, Turn.Now turn, String id, Runnable atEnd) {
    standing.underWay = id;
    running++;
    events.began(standing.job, turn, id);
    starter.start(
        standing.job,
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
      remember(standing, runs.of(standing.job.name()));
      if (isWrittenToElsewhere(standing.job)) {
        standing.lookAgain = clock.instant().plus(SOON);
        return Optional.empty();
      }
    } catch (HoldfastException e) {
      if (e.status() == ExitStatus.INTERRUPTED) {
        throw e;
      }
      standing.lookAgain = clock.instant().plus(AFTER_TROUBLE);
      troubled(e);
      return Optional.empty();
    }
    return standing.job.plan().at(standing.past, clock.instant()) instanceof Turn.Now turn
        ? Optional.of(turn)
        : Optional.empty();
  }

  /** Begun beside another one that writes, it could only fail. */
  private boolean isWrittenToElsewhere(Job job) {
    if (job.lane() != Job.Lane.WRITING || standings.size() == 1) {
      return false;
    }
    Instant plausible = clock.instant().plus(LONGEST_LEASE);
    return runs.runners().entrySet().stream()
        .filter(runner -> !runner.getKey().equals(job.name()))
        .filter(runner -> runner.getValue().expires().isBefore(plausible))
        .map(runner -> standings.get(runner.getKey()))
        .anyMatch(other -> other != null && other.underWay == null && other.job.meets(job));
  }

  private Instant next(Instant now) {
    Instant next = now.plus(unrecorded.isEmpty() && !troubled ? LONGEST_WAIT : AFTER_TROUBLE);
    for (Standing standing : standings.values()) {
      Instant look = standing.lookAgain;
      if (standing.underWay == null && look.isAfter(now) && look.isBefore(next)) {
        next = look;
      }
    }
    return next;
  }

  private Run word(Job job, Instant moment, Outcome outcome, String said) {
    Instant now = clock.instant();
    return new Run(
        job.name(),
        moment,
        now,
        now,
        0,
        0,
        outcome,
        -1,
        command(job),
        author.host(),
        author.program(),
        said,
        Runs.newId());
  }

  private static String command(Job job) {
    return "holdfast " + String.join(" ", job.words());
  }

  /** The jobs that run now, by the id of the run. For the thread that steps. */
  Map<JobName, String> underWay() {
    Map<JobName, String> under = new HashMap<>();
    standings.forEach((name, standing) -> {
      if (standing.underWay != null) {
        under.put(name, standing.underWay);
      }
    });
    return under;
  }

  /** Looks at everything anew with the next step. */
  void lookAgain() {
    looked = false;
  }
}
