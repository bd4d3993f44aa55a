package io.holdfast.metrics;

import io.holdfast.metrics.Opening.Opened;
import io.holdfast.operations.proof.SignatureKey;
import io.holdfast.operations.status.ServerPosition;
import io.holdfast.operations.status.ServerQuestion;
import io.holdfast.operations.wal.ReceiverState;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Together;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at clusters, one after the other, and at scheduled jobs; costs requests of the repository.
 * What cannot be looked at is told as such and keeps nothing else from being seen. Thread-safe: a
 * second look waits for the first one's end.
 *
 * <p>The repository stays open from one look to the next as long as nothing is amiss, for an hour;
 * whoever does not look any more closes it.
 */
public final class Looker implements AutoCloseable {
  /** A key that does not fit any more is noticed within that time. */
  static final Duration KEPT_OPEN = Duration.ofHours(1);

  /** Servers that are asked at once where they are. */
  private static final int ASKED_AT_ONCE = Together.MOST;

  private final Opening opening;
  private final LiveReceivers receivers;
  private final InstantSource clock;
  private final Map<String, Memory> memories = new HashMap<>();
  private final JobBook jobBook = new JobBook();
  private @Nullable Kept kept;

  public Looker(Opening opening, LiveReceivers receivers, InstantSource clock) {
    this.opening = opening;
    this.receivers = receivers;
    this.clock = clock;
  }

  /** An open repository, and since when it is. */
  private record Kept(Opened opened, Instant since) {}

  /** What is remembered of a cluster from one look to the next. */
  private static final class Memory {
    final ServerQuestion question;
    ProofBook proofs = new ProofBook();
    Optional<String> proofsSignedWith = Optional.empty();
    Optional<ServerPosition> position = Optional.empty();

    Memory(InstantSource clock) {
      question = new ServerQuestion("holdfast-metrics", clock);
    }

    /** Whether a proof is signed as demanded is remembered with it. */
    ProofBook proofs(Optional<SignatureKey> key) {
      Optional<String> wanted = key.map(SignatureKey::fingerprint);
      if (!wanted.equals(proofsSignedWith)) {
        proofs = new ProofBook();
        proofsSignedWith = wanted;
      }
      return proofs;
    }
  }

  /** A cluster and what its server said of itself, before anything else was looked at. */
  private record Asked(
      Watched watched,
      Memory memory,
      Optional<ServerPosition> position,
      Optional<ReceiverState> live) {
    Optional<Boolean> answered() {
      return watched.server().map(server -> position.isPresent());
    }
  }

  /**
   * One look at each cluster, in their order, and one at the records of all jobs.
   *
   * @throws HoldfastException (interrupted) if the thread is, and for nothing else
   */
  public synchronized Round look(List<Watched> clusters, List<ScheduledJob> jobs) {
    List<ClusterLook> looks = new ArrayList<>(clusters.size());
    Instant began = clock.instant();
    Round round;
    try {
      Kept open = open(began);
      look(open, clusters, looks);
      round = new Round(looks, look(open.opened(), jobs));
    } catch (RuntimeException e) {
      rethrowInterruption(e);
      for (Watched watched : clusters.subList(looks.size(), clusters.size())) {
        looks.add(unseen(watched, began, e));
      }
      round = new Round(looks, JobsLook.unseen(jobs.size(), e));
    }
    if (!keepOpen(round)) {
      close();
    }
    return round;
  }

  /** Deriving the key takes time and memory, so that one is kept. */
  private Kept open(Instant now) {
    Kept before = kept;
    if (before != null
        && !now.isBefore(before.since())
        && now.isBefore(before.since().plus(KEPT_OPEN))) {
      return before;
    }
    close();
    Kept open = new Kept(opening.open(), now);
    kept = open;
    return open;
  }

  /** What was away is looked for again, and what is broken is made anew. */
  private boolean keepOpen(Round round) {
    Kept open = kept;
    return open != null
        && round.jobs().trouble().isEmpty()
        && round.clusters().stream().allMatch(Looker::good)
        && open.opened().whole();
  }

  /** What a configuration lacks no repository mends. */
  private static boolean good(ClusterLook look) {
    return look.trouble().isEmpty() || look.watched().trouble().isPresent();
  }

  private void look(Kept open, List<Watched> clusters, List<ClusterLook> looks) {
    for (int from = 0; from < clusters.size(); from += ASKED_AT_ONCE) {
      List<Watched> some = clusters.subList(from, Math.min(clusters.size(), from + ASKED_AT_ONCE));
      Together.ask(some, this::ask).forEach(each -> looks.add(look(open, each)));
    }
  }

  private JobsLook look(Opened opened, List<ScheduledJob> jobs) {
    if (jobs.isEmpty()) {
      return JobsLook.NONE;
    }
    try {
      return JobsLook.seen(jobBook.read(opened.repository(), jobs, clock.instant()));
    } catch (RuntimeException e) {
      rethrowInterruption(e);
      return JobsLook.unseen(jobs.size(), e);
    }
  }

  @Override
  public synchronized void close() {
    Kept open = kept;
    kept = null;
    if (open != null) {
      open.opened().close();
    }
  }

  private Asked ask(Watched watched) {
    Memory memory = memory(watched.cluster());
    return new Asked(
        watched,
        memory,
        watched.server().flatMap(memory.question::ask),
        receivers.of(watched.cluster()));
  }

  private Memory memory(String cluster) {
    synchronized (memories) {
      return memories.computeIfAbsent(cluster, name -> new Memory(clock));
    }
  }

  private ClusterLook look(Kept open, Asked asked) {
    Instant began = clock.instant();
    if (asked.watched().trouble().isPresent()) {
      return unseen(asked.watched(), began, asked.watched().trouble().get());
    }
    try {
      ClusterFacts facts =
          new FactFinder(open.opened(), open.since(), clock)
              .of(
                  asked.watched(),
                  asked.memory().proofs(asked.watched().signatureKey()),
                  window ->
                      WalReach.of(
                          window,
                          asked.answered(),
                          asked.position(),
                          asked.memory().position,
                          asked.live()));
      asked.memory().position = asked.position();
      return new ClusterLook(
          asked.watched(), began, since(began), Optional.of(facts), Optional.empty());
    } catch (RuntimeException e) {
      rethrowInterruption(e);
      return unseen(asked.watched(), began, e);
    }
  }

  private ClusterLook unseen(Watched watched, Instant began, RuntimeException why) {
    return new ClusterLook(watched, began, since(began), Optional.empty(), Optional.of(why));
  }

  private Duration since(Instant began) {
    return Duration.between(began, clock.instant());
  }

  private static void rethrowInterruption(RuntimeException e) {
    if (e instanceof HoldfastException known && known.status() == ExitStatus.INTERRUPTED) {
      throw e;
    }
  }
}
