package io.holdfast.metrics;

import io.holdfast.metrics.Opening.Opened;
import io.holdfast.operations.proof.SignatureKey;
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

/**
 * Looks at clusters, one after the other; costs requests of the repository. What cannot be looked
 * at is told as such and keeps nothing else from being seen. Thread-safe: a second look waits for
 * the first one's end.
 */
public final class Looker {
  /** Servers that are asked at once where they are. */
  private static final int ASKED_AT_ONCE = Together.MOST;

  private final Opening opening;
  private final LiveReceivers receivers;
  private final InstantSource clock;
  private final Map<String, Memory> memories = new HashMap<>();

  public Looker(Opening opening, LiveReceivers receivers, InstantSource clock) {
    this.opening = opening;
    this.receivers = receivers;
    this.clock = clock;
  }

  /** What is remembered of a cluster from one look to the next. */
  private static final class Memory {
    final ServerQuestion question;
    ProofBook proofs = new ProofBook();
    Optional<String> proofsSignedWith = Optional.empty();
    Optional<WalReach.Position> position = Optional.empty();

    Memory(InstantSource clock) {
      question = new ServerQuestion(clock);
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
      Optional<WalReach.Position> position,
      Optional<ReceiverState> live) {
    Optional<Boolean> answered() {
      return watched.server().map(server -> position.isPresent());
    }
  }

  /**
   * One look at each, in their order.
   *
   * @throws HoldfastException (interrupted) if the thread is, and for nothing else
   */
  public synchronized List<ClusterLook> look(List<Watched> clusters) {
    List<ClusterLook> looks = new ArrayList<>(clusters.size());
    Instant began = clock.instant();
    try (Opened opened = opening.open()) {
      for (int from = 0; from < clusters.size(); from += ASKED_AT_ONCE) {
        List<Watched> some =
            clusters.subList(from, Math.min(clusters.size(), from + ASKED_AT_ONCE));
        Together.ask(some, this::ask).forEach(each -> looks.add(look(opened, began, each)));
      }
    } catch (RuntimeException e) {
      rethrowInterruption(e);
      for (Watched watched : clusters.subList(looks.size(), clusters.size())) {
        looks.add(unseen(watched, began, e));
      }
    }
    return looks;
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

  private ClusterLook look(Opened opened, Instant opening, Asked asked) {
    Instant began = clock.instant();
    if (asked.watched().trouble().isPresent()) {
      return unseen(asked.watched(), began, asked.watched().trouble().get());
    }
    try {
      ClusterFacts facts =
          new FactFinder(opened, opening, clock)
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
