package io.holdfast.service;

import io.holdfast.operations.runs.JobName;
import io.holdfast.scheduling.Turn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What this node leaves to the choice among nodes, and what it was chosen for. Everything but
 * {@link #granted} is for the thread that steps.
 */
final class Nodes {
  /**
   * As long may others be busy with what was offered to them. After that a node with room takes it
   * by itself: a choice that is never made must not mean that nothing runs.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final Matter SHARING = Matter.ofAll("service.sharing", "sharing between nodes");

  private final Optional<Sharing> sharing;
  private final ServiceEvents events;
  private final Queue<Sharing.Grant> grants = new ConcurrentLinkedQueue<>();
  private final Map<JobName, Offered> offered = new HashMap<>();
  private boolean troubled;

  private record Offered(Sharing.Offer offer, Instant since) {}

  Nodes(Optional<Sharing> sharing, ServiceEvents events) {
    this.sharing = sharing;
    this.events = events;
  }

  /** Any thread. */
  void granted(Sharing.Grant grant) {
    grants.add(grant);
  }

  /** What this node was chosen for since the last time; each has to be settled. */
  List<Sharing.Grant> taken() {
    List<Sharing.Grant> taken = new ArrayList<>();
    for (Sharing.Grant grant = grants.poll(); grant != null; grant = grants.poll()) {
      taken.add(grant);
    }
    return taken;
  }

  /** Tells when the choice can no longer be made, and when it can again. */
  void look() {
    Optional<String> trouble = sharing.flatMap(Sharing::trouble);
    if (trouble.isPresent() && !troubled) {
      events.trouble(
          SHARING, trouble.get() + "; until then this node starts by itself what is due");
    } else if (trouble.isEmpty() && troubled) {
      events.over(SHARING);
    }
    troubled = trouble.isPresent();
  }

  /**
   * Leaves a turn to the choice.
   *
   * @return false if this node has to see to it by itself
   */
  boolean chooses(JobName job, Turn.Now turn, Instant now) {
    if (sharing.isEmpty() || troubled) {
      return false;
    }
    Sharing.Offer offer = new Sharing.Offer(job, turn.due(), turn.attempt());
    Offered before = offered.get(job);
    if (before == null || !before.offer().equals(offer)) {
      before = new Offered(offer, now);
      offered.put(job, before);
    }
    return now.isBefore(before.since().plus(PATIENCE)) && sharing.get().offer(offer);
  }
}
