package io.holdfast.operations.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.storage.Storage;
import io.holdfast.testkit.storage.Fault;
import io.holdfast.testkit.storage.FaultyStorage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** One of a verb's storage calls goes wrong in one way. */
record Trial(int call, Fault fault) {
  private static final boolean FULL = "full".equals(System.getProperty("holdfast.sweep"));
  private static final long SEED = Long.getLong("holdfast.sweep.seed", System.nanoTime());

  /** Every call and every fault if the whole sweep was asked for, or some of them at random. */
  static List<Trial> of(int calls, int some) {
    List<Trial> all = new ArrayList<>();
    for (int call = 1; call <= calls; call++) {
      for (Fault fault : Fault.values()) {
        all.add(new Trial(call, fault));
      }
    }
    System.out.println(all.size() + " trials, seed " + SEED);
    Collections.shuffle(all, new Random(SEED));
    return FULL ? all : all.subList(0, Math.min(some, all.size()));
  }

  FaultyStorage over(Storage below) {
    return FaultyStorage.over(below, call).failing(call, fault);
  }

  /**
   * How many calls a verb makes differs by a few from run to run, so the last ones may not come to
   * pass; hardly any of the others.
   *
   * @param met of each trial, whether its fault came to pass
   */
  static void requireMet(List<Boolean> met) {
    assertThat(met.stream().filter(each -> each).count())
        .as("faults that were met, of %d", met.size())
        .isGreaterThanOrEqualTo(Math.max(1, met.size() * 3L / 4));
  }

  /** Whether the site may keep other bytes than it was given, without a word. */
  boolean isSilent() {
    return fault == Fault.TORN || fault == Fault.FLIPPED_BIT;
  }
}
