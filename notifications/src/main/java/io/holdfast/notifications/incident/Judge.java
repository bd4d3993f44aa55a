package io.holdfast.notifications.incident;

import io.holdfast.notifications.Cut;
import io.holdfast.notifications.Message;
import io.holdfast.notifications.Message.Kind;
import io.holdfast.notifications.Problem;
import io.holdfast.notifications.Rhythm;
import io.holdfast.notifications.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides, for one cluster at one moment, what its incidents are and what is to be said of them.
 * Says it by {@link #dispatches}; used once.
 */
public final class Judge {
  /** A claim that is older than this is no longer believed: its owner is dead or asleep. */
  static final Duration CLAIM = Duration.ofMinutes(5);

  /** Nothing is worth being told after that. */
  static final Duration GIVE_UP = Duration.ofHours(24);

  private static final Duration RENEW = Duration.ofMinutes(2);
  private static final Duration NOTE_SEEN = Duration.ofMinutes(10);
  private static final Duration FORGOTTEN = Duration.ofDays(30);
  private static final int STORED_TAIL = 2000;

  private final Book book;
  private final Rhythm rhythm;
  private final Routing routing;
  private final Sender sender;
  private final Instant now;
  private final List<Dispatch> dispatches = new ArrayList<>();

  /** Which channels there are, and which are told of what. */
  public interface Routing {
    Set<String> of(Problem problem, Severity severity);

    Set<String> all();
  }

  /**
   * Who says it.
   *
   * @param process of the program that runs; another one after a restart
   */
  public record Sender(String origin, String scope, String process) {}

  public Judge(Book book, Rhythm rhythm, Routing routing, Sender sender, Instant now) {
    this.book = book;
    this.rhythm = rhythm;
    this.routing = routing;
    this.sender = sender;
    this.now = now;
  }

  public List<Dispatch> dispatches() {
    return dispatches;
  }

  public void hear(Observation observation) {
    switch (observation) {
      case Observation.Raised(Problem problem) -> raise(problem);
      case Observation.Cleared(String cluster, String key) -> clear(key);
      case Observation.Well(String cluster, String key, Instant since) -> well(key, since);
      case Observation.Present present -> present(present);
      case Observation.Settled settled -> settle(settled);
    }
  }

  private void present(Observation.Present present) {
    present.problems().forEach(this::raise);
    List<String> keys = present.problems().stream().map(Problem::key).toList();
    for (String key : List.copyOf(book.incidents().keySet())) {
      if (key.startsWith(present.area()) && !keys.contains(key)) {
        clear(key);
      }
    }
  }

  private void raise(Problem problem) {
    Incident known = book.incidents().get(problem.key());
    if (known == null || isForgotten(known)) {
      open(problem, rhythm.settle(), 0);
    } else if (!known.isOpen()) {
      open(problem, longer(known.settle()), known.returns() + 1);
    } else {
      again(known, problem);
    }
  }

  private boolean isForgotten(Incident known) {
    return known.mended() != null && !known.mended().plus(Rhythm.MEMORY).isAfter(now);
  }

  private Duration longer(Duration settle) {
    Duration twice = settle.multipliedBy(2);
    return twice.compareTo(rhythm.longestSettle()) > 0 ? rhythm.longestSettle() : twice;
  }

  private void open(Problem problem, Duration settle, int returns) {
    Incident opened =
        new Incident(
            stored(problem),
            problem.severity(),
            now,
            now,
            null,
            null,
            settle,
            returns,
            now,
            Map.of(),
            now);
    tell(opened, Kind.OPENED, problem, routing.of(problem, problem.severity()));
  }

  private void again(Incident known, Problem problem) {
    boolean cameBack = known.quietSince() != null;
    boolean worse = problem.severity().compareTo(known.severity()) > 0;
    Severity worst = worse ? problem.severity() : known.severity();
    Incident current = cameBack ? known.quiet(null, known.returns() + 1, now) : known;
    if (worse) {
      Incident raised = current.with(stored(problem), worst, now);
      tell(raised, Kind.WORSE, problem, routing.of(problem, worst));
    } else if (cameBack || !known.seen().plus(NOTE_SEEN).isAfter(now)) {
      put(current.with(stored(problem), worst, now));
    }
  }

  private void clear(String key) {
    Incident known = book.incidents().get(key);
    if (known != null && known.isOpen() && known.quietSince() == null) {
      put(known.quiet(now, known.returns(), now));
    }
  }

  /** Whoever found it well may not have heard yet that it is wrong since. */
  private void well(String key, Instant since) {
    Incident known = book.incidents().get(key);
    if (known != null && known.seen().isBefore(since)) {
      clear(key);
    }
  }

  private void settle(Observation.Settled settled) {
    Incident known = book.incidents().get(settled.key());
    Delivery delivery = known == null ? null : known.deliveries().get(settled.channel());
    if (known != null
        && delivery != null
        && delivery.isPending()
        && delivery.kind() == settled.kind()
        && delivery.at().equals(settled.at())) {
      put(known.having(changed(known, settled.channel(), delivery.as(settled.state())), now));
    }
  }

  /**
   * What time brings: mended, reminders, messages that nobody sends any more.
   *
   * @param atHand whether this process is still about to tell a channel of a key
   */
  public void tick(BiPredicate<String, String> atHand) {
    for (Incident incident : List.copyOf(book.incidents().values())) {
      if (incident.isOpen()) {
        open(incident);
      } else if (isForgotten(incident) && nothingPending(incident)) {
        book.incidents().remove(incident.problem().key());
      }
    }
    for (Incident incident : List.copyOf(book.incidents().values())) {
      incident
          .deliveries()
          .forEach((channel, delivery) -> {
            if (delivery.isPending()) {
              follow(incident.problem().key(), channel, delivery, atHand);
            }
          });
    }
  }

  private void open(Incident incident) {
    Instant quiet = incident.quietSince();
    if (quiet != null) {
      if (!quiet.plus(incident.settle()).isAfter(now)) {
        tell(incident.mendedAt(now), Kind.RECOVERED, incident.problem(), heard(incident));
      }
    } else if (!incident.seen().plus(FORGOTTEN).isAfter(now)) {
      book.incidents().remove(incident.problem().key());
    } else if (rhythm.reminder().isPositive()
        && !incident.told().plus(rhythm.reminder()).isAfter(now)) {
      Set<String> channels = routing.of(incident.problem(), incident.severity());
      tell(incident, Kind.STILL_OPEN, incident.problem(), channels);
    }
  }

  /** Those that heard of it, or are about to. */
  private Collection<String> heard(Incident incident) {
    return incident.deliveries().keySet().stream().filter(routing.all()::contains).toList();
  }

  private static boolean nothingPending(Incident incident) {
    return incident.deliveries().values().stream().noneMatch(Delivery::isPending);
  }

  private void follow(
      String key, String channel, Delivery delivery, BiPredicate<String, String> atHand) {
    boolean ours = delivery.owner().equals(sender.process());
    Duration silent = Duration.between(delivery.claimed(), now);
    @Nullable Delivery next = null;
    if (!delivery.at().plus(GIVE_UP).isAfter(now) || !routing.all().contains(channel)) {
      next = delivery.as(Delivery.State.LOST);
    } else if (ours && atHand.test(channel, key)) {
      next = silent.compareTo(RENEW) >= 0 ? delivery.claimedBy(sender.process(), now) : null;
    } else if (delivery.at().isBefore(now) && (ours || silent.compareTo(CLAIM) >= 0)) {
      next = delivery.claimedBy(sender.process(), now);
      send(book.incidents().get(key), channel, next);
    }
    Incident incident = book.incidents().get(key);
    if (next != null && incident != null) {
      put(incident.having(changed(incident, channel, next), now));
    }
  }

  private void send(@Nullable Incident incident, String channel, Delivery delivery) {
    if (incident != null) {
      dispatches.add(
          new Dispatch(
              channel, message(incident, delivery.kind(), incident.problem(), delivery.at())));
    }
  }

  private void tell(Incident incident, Kind kind, Problem inFull, Collection<String> channels) {
    Map<String, Delivery> deliveries = new LinkedHashMap<>(incident.deliveries());
    for (String channel : channels) {
      Delivery.State pending = Delivery.State.PENDING;
      deliveries.put(channel, new Delivery(kind, now, pending, sender.process(), now));
      dispatches.add(new Dispatch(channel, message(incident, kind, inFull, now)));
    }
    put(incident.telling(deliveries, now));
  }

  private Message message(Incident incident, Kind kind, Problem problem, Instant at) {
    return new Message(
        kind, problem, sender.origin(), sender.scope(), incident.since(), at, incident.returns());
  }

  private static Map<String, Delivery> changed(Incident incident, String channel, Delivery to) {
    Map<String, Delivery> deliveries = new LinkedHashMap<>(incident.deliveries());
    deliveries.put(channel, to);
    return deliveries;
  }

  private void put(Incident incident) {
    book.incidents().put(incident.problem().key(), incident);
  }

  private static Problem stored(Problem problem) {
    return problem.ofRun(problem.run(), Cut.start(problem.logTail(), STORED_TAIL));
  }
}
