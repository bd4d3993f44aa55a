package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Times;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Rung;
import io.holdfast.operations.proof.Verdict;
import java.time.Duration;
import java.time.Instant;

/** A proof in few words. */
final class ProofWords {
  private ProofWords() {}

  /** {@code equal, 2 h ago}, {@code FAILED, 5 min ago}. */
  static String cell(Proof proof, Instant now) {
    String ago = ", " + Times.span(Duration.between(proof.ended(), now)) + " ago";
    return switch (proof.verdict()) {
      case PASSED -> proof.level().word() + ago;
      case FAILED -> "FAILED" + ago;
      case UNVERIFIED ->
          proof.reached().map(Rung::word).orElse("nothing") + ", rest unverified" + ago;
    };
  }

  /** {@code 2 h ago: backup … is equal, 4 min 12 s until it answered}. */
  static String sentence(Proof proof, Instant now) {
    String what =
        proof.verdict() == Verdict.PASSED
            ? "is " + proof.level().word()
            : proof.verdict() == Verdict.FAILED
                ? "FAILED: "
                    + proof.findings().stream()
                        .map(each -> each.code())
                        .distinct()
                        .reduce((one, other) -> one + ", " + other)
                        .orElse("see holdfast proof show")
                : "could not be verified beyond "
                    + proof.reached().map(Rung::word).orElse("nothing");
    return Times.span(Duration.between(proof.ended(), now))
        + " ago: backup "
        + proof.backup()
        + " "
        + what
        + proof
            .recoveryTime()
            .map(time -> ", " + Times.span(time) + " until it answered")
            .orElse("");
  }
}
