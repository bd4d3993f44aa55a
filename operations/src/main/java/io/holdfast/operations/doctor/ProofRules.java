package io.holdfast.operations.doctor;

import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.TestPlan;
import io.holdfast.operations.proof.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Whether anybody knows that the backups restore. */
public final class ProofRules {
  /** A month of backups that nobody tried is a month that may be lost. */
  private static final Duration OLD = Duration.ofDays(35);

  /** A quarter, and some days for whoever plans it. */
  private static final Duration REHEARSED = Duration.ofDays(100);

  private ProofRules() {}

  public static List<Finding> of(ProofLook look, Instant now) {
    if (!look.backups()) {
      return List.of();
    }
    List<Finding> found = new ArrayList<>();
    found.add(last(look, now));
    for (var plan : look.plans()) {
      if (look.carriedOut().overdue(plan, now)) {
        found.add(
            Finding.of(
                DoctorCode.PLAN_OVERDUE,
                subject(look),
                "the test plan " + plan.name() + " was " + lateness(look, plan, now),
                "holdfast prove "
                    + look.cluster()
                    + " --plan "
                    + plan.name()
                    + "\nand see that holdfast serve is running"));
      }
    }
    if (look.lastDrill().filter(at -> at.isAfter(now.minus(REHEARSED))).isEmpty()) {
      found.add(
          Finding.of(
              DoctorCode.NO_DRILL,
              subject(look),
              look.lastDrill().map(at -> "rehearsed last on " + at).orElse("never rehearsed"),
              "holdfast prove " + look.cluster() + " --drill"));
    }
    return found.stream().map(each -> each.in(look.cluster())).toList();
  }

  private static String lateness(ProofLook look, TestPlan plan, Instant now) {
    Duration most = plan.every().plus(plan.tolerance());
    return look.carriedOut()
        .since()
        .filter(first -> look.carriedOut().last(plan).isEmpty() && first.isAfter(now.minus(most)))
        .map(first -> "never carried out; the first backup is of " + first)
        .orElseGet(() -> "not carried out for " + most.toDays() + " days or more");
  }

  private static String subject(ProofLook look) {
    return "proofs of " + look.cluster();
  }

  private static Finding last(ProofLook look, Instant now) {
    String fix = "holdfast prove " + look.cluster();
    if (look.last().isEmpty()) {
      return Finding.of(
          DoctorCode.NO_PROOF, subject(look), "none of the backups was ever restored", fix);
    }
    Proof proof = look.last().get();
    String told = "backup " + proof.backup() + ", " + proof.ended();
    if (proof.verdict() == Verdict.FAILED) {
      return Finding.of(
          DoctorCode.PROOF_FAILED,
          subject(look),
          "the last one failed: "
              + told
              + proof.findings().stream()
                  .filter(each -> each.fault())
                  .findFirst()
                  .map(each -> ", " + each.code())
                  .orElse(""),
          "holdfast proof list "
              + look.cluster()
              + "   # and 'holdfast proof show' says what was found");
    }
    if (!proof.restored()) {
      return Finding.of(
          DoctorCode.NO_PROOF, subject(look), "the last one restored nothing: " + told, fix);
    }
    return proof.ended().isBefore(now.minus(OLD))
        ? Finding.of(DoctorCode.PROOF_OLD, subject(look), "the last one is old: " + told, fix)
        : Finding.ok(subject(look), "restored: " + told);
  }
}
