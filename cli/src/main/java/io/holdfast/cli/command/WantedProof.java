package io.holdfast.cli.command;

import io.holdfast.cli.wiring.ReadFrom;
import io.holdfast.operations.proof.Rung;
import io.holdfast.settings.PlanSettings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is to be proven, by somebody's words or by a plan.
 *
 * @param kinds empty for one of each kind that there is
 * @param within how old a backup may be that is chosen
 * @param budget in place of what is declared for all proofs
 * @param plan its name; "" for none
 */
record WantedProof(
    String which,
    List<String> kinds,
    Optional<Duration> within,
    Rung level,
    ReadFrom from,
    Optional<String> at,
    Optional<Duration> budget,
    String plan) {
  static WantedProof by(PlanSettings plan) {
    return new WantedProof(
        word(plan.backup()),
        plan.kinds().stream().map(WantedProof::word).toList(),
        plan.within(),
        Rung.of(word(plan.level())).orElseThrow(),
        new ReadFrom(plan.site(), Optional.empty()),
        plan.at(),
        plan.budget(),
        plan.name());
  }

  private static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }
}
