package io.holdfast.notifications.delivery;

import io.holdfast.notifications.ChannelState;
import io.holdfast.notifications.Cut;
import io.holdfast.notifications.DeliveryException;
import io.holdfast.notifications.Receipt;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one receiver. Bounded; sends one after the other; waits longer after each failure.
 * What the receiver refuses for good is laid aside for a quarter of an hour and does not keep the
 * rest: whoever mends the channel meanwhile loses nothing. Thread-safe, for one thread that sends.
 */
public final class Outbox<P extends Parcel> {
  /** As many as a person may still want to read. */
  static final int MOST = 200;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);

  private final String name;
  private final String kind;
  private final Function<P, Receipt> send;
  private final InstantSource clock;
  private final Fate<P> fate;

  private final Map<String, Waiting<P>> waiting = new LinkedHashMap<>();
  private Instant pausedUntil = Instant.MIN;
  private int failures;
  private @Nullable Instant failingSince;
  private String trouble = "";
  private long lost;
  private long delivered;
  private long puts;

  private record Waiting<P>(P parcel, Instant notBefore) {}

  public Outbox(
      String name, String kind, Function<P, Receipt> send, InstantSource clock, Fate<P> fate) {
    this.name = name;
    this.kind = kind;
    this.send = send;
    this.clock = clock;
    this.fate = fate;
  }

  public synchronized void put(P parcel) {
    waiting.remove(parcel.key());
    waiting.put(parcel.key(), new Waiting<>(parcel, Instant.MIN));
    if (waiting.size() > MOST) {
      P least =
          waiting.values().stream()
              .map(Waiting::parcel)
              .min(Comparator.comparingInt(Parcel::weight).thenComparing(Parcel::at))
              .orElseThrow();
      waiting.remove(least.key());
      lose(least, "more than " + MOST + " messages are waiting");
    }
    puts++;
    notifyAll();
  }

  private void lose(P parcel, String reason) {
    lost++;
    trouble = trouble.isEmpty() ? "a message was given up: " + reason : trouble;
    fate.lost(parcel);
  }

  /** Of what waits. */
  public synchronized Set<String> keys() {
    return Set.copyOf(waiting.keySet());
  }

  /** Sends the first one whose time has come; false if there is none. */
  public boolean attempt() {
    Optional<P> next = next(clock.instant());
    next.ifPresent(this::attempt);
    return next.isPresent();
  }

  private synchronized Optional<P> next(Instant now) {
    waiting.values().stream()
        .map(Waiting::parcel)
        .filter(parcel -> !parcel.at().plus(parcel.life()).isAfter(now))
        .toList()
        .forEach(parcel -> {
          waiting.remove(parcel.key());
          lose(parcel, "it did not arrive within " + parcel.life().toHours() + " h");
        });
    if (pausedUntil.isAfter(now)) {
      return Optional.empty();
    }
    return waiting.values().stream()
        .filter(each -> !each.notBefore().isAfter(now))
        .map(Waiting::parcel)
        .findFirst();
  }

  private void attempt(P parcel) {
    try {
      arrived(parcel, send.apply(parcel));
    } catch (DeliveryException e) {
      failed(parcel, e.getMessage() + hint(e), e.isHopeless(), e.retryAfter());
    } catch (RuntimeException e) {
      // A secret that is not there, or a fault of ours: neither may end the thread that sends. Only
      // of the first is it known that the words hold no secret.
      String reason =
          e instanceof HoldfastException
              ? String.valueOf(e.getMessage())
              : "a fault in Holdfast itself: " + e.getClass().getName();
      failed(parcel, reason, true, Optional.empty());
    }
  }

  private static String hint(DeliveryException e) {
    return e.hint().map(hint -> ". HINT: " + hint).orElse("");
  }

  private synchronized void arrived(P parcel, Receipt receipt) {
    fate.delivered(parcel);
    delivered++;
    failures = 0;
    failingSince = null;
    pausedUntil = Instant.MIN;
    trouble = receipt.trouble();
    Waiting<P> current = waiting.get(parcel.key());
    if (current != null && current.parcel().equals(parcel)) {
      waiting.remove(parcel.key());
    }
  }

  private synchronized void failed(
      P parcel, String reason, boolean hopeless, Optional<Duration> wanted) {
    Instant now = clock.instant();
    failingSince = failingSince == null ? now : failingSince;
    trouble = Cut.line(reason, 600);
    if (hopeless) {
      Waiting<P> current = waiting.get(parcel.key());
      if (current != null && current.parcel().equals(parcel)) {
        waiting.put(parcel.key(), new Waiting<>(parcel, now.plus(LONGEST_PAUSE)));
      }
      return;
    }
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
    failures++;
    pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    pausedUntil = now.plus(wanted.filter(Duration::isPositive).orElse(pause));
  }

  /** Until something may be due, or there is something new; no longer than that. */
  synchronized void await(Duration most) throws InterruptedException {
    long end = System.nanoTime() + untilDue(most).toNanos();
    long before = puts;
    for (; ; ) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0 || puts != before) {
        return;
      }
      wait(left);
    }
  }

  private Duration untilDue(Duration most) {
    Instant now = clock.instant();
    Instant limit = now.plus(most);
    Instant due =
        waiting.values().stream()
            .map(Waiting::notBefore)
            .map(each -> each.isAfter(pausedUntil) ? each : pausedUntil)
            .min(Comparator.naturalOrder())
            .orElse(limit);
    Instant next = due.isBefore(limit) ? due : limit;
    return next.isAfter(now) ? Duration.between(now, next) : Duration.ZERO;
  }

  public synchronized ChannelState state() {
    return new ChannelState(
        name, kind, waiting.size(), Optional.ofNullable(failingSince), trouble, lost, delivered);
  }

  /** Whether anything could be sent at this moment. */
  synchronized boolean isIdle() {
    Instant now = clock.instant();
    return pausedUntil.isAfter(now)
        || waiting.values().stream().allMatch(each -> each.notBefore().isAfter(now));
  }
}
