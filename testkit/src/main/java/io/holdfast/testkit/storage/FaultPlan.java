package io.holdfast.testkit.storage;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Counts calls, and knows which of them fail. Thread-safe. */
final class FaultPlan {
  private final List<Order> orders = new ArrayList<>();
  private final Map<Call, Integer> counts = new EnumMap<>(Call.class);
  private @Nullable Fault death;

  /** Counts down the calls it matches; due at zero, and then done. */
  private static final class Order {
    final Predicate<Call> matches;
    final Fault fault;
    int left;

    Order(Predicate<Call> matches, int left, Fault fault) {
      this.matches = matches;
      this.left = left;
      this.fault = fault;
    }
  }

  synchronized void add(Predicate<Call> matches, int nth, Fault fault) {
    if (nth < 1) {
      throw new IllegalArgumentException("calls count from 1: " + nth);
    }
    orders.add(new Order(matches, nth, fault));
  }

  synchronized Optional<Fault> next(Call call) {
    counts.merge(call, 1, Integer::sum);
    if (death != null) {
      return Optional.of(Fault.DEATH_BEFORE);
    }
    Optional<Fault> due = Optional.empty();
    for (Order order : orders) {
      if (order.matches.test(call) && --order.left == 0) {
        due = Optional.of(order.fault);
      }
    }
    orders.removeIf(order -> order.left == 0);
    due.filter(fault -> fault == Fault.DEATH_BEFORE || fault == Fault.DEATH_AFTER)
        .ifPresent(fault -> death = fault);
    return due;
  }

  synchronized int count(Predicate<Call> matches) {
    return counts.entrySet().stream()
        .filter(entry -> matches.test(entry.getKey()))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  synchronized boolean dead() {
    return death != null;
  }

  /** True when no fault is waiting any more. */
  synchronized boolean spent() {
    return orders.isEmpty();
  }

  synchronized void forget() {
    orders.clear();
    death = null;
  }
}
