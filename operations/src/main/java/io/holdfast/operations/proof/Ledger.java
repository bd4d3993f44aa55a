package io.holdfast.operations.proof;

import io.holdfast.operations.proof.Proof.Stage;
import io.holdfast.operations.proof.Proof.Step;
import io.holdfast.operations.restore.TooLittleSpaceException;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.StorageException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Writes down what is found while a ladder is climbed. One thread at a time. */
final class Ledger {
  private static final int LISTED = 200;

  private final InstantSource clock;
  private final List<Step> steps = new ArrayList<>();
  private final List<Stage> stages = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private final List<String> gaps = new ArrayList<>();
  private long total;
  private boolean faulty;
  private String first = "";

  Ledger(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Climbs one rung. What fails in it is written down, never thrown, unless somebody interrupts.
   *
   * @param failure the code of a failure of which nothing was written down
   * @return whether it passed
   */
  boolean climb(Rung rung, FindingCode failure, Supplier<String> climbing) {
    Instant begin = clock.instant();
    gaps.clear();
    faulty = false;
    first = "";
    String said;
    String done = "";
    try {
      said = climbing.get();
      done = said;
    } catch (TooLittleSpaceException e) {
      said = e.getMessage() + " (another place: --scratch DIR)";
      gaps.add(said);
    } catch (CouldNotVerifyException e) {
      said = words(e);
      gaps.add(said);
    } catch (ObjectMissingException e) {
      said = words(e);
      finding(failure, rung.word(), said);
    } catch (StorageException e) {
      said = "a site could not be asked: " + words(e);
      gaps.add(said);
    } catch (HoldfastException e) {
      if (e.status() == ExitStatus.INTERRUPTED) {
        throw e;
      }
      said = words(e);
      if (!faulty) {
        finding(failure, rung.word(), said);
      }
    }
    if (faulty && said.equals(done)) {
      said = first + ", although: " + said;
    }
    Verdict verdict =
        faulty ? Verdict.FAILED : gaps.isEmpty() ? Verdict.PASSED : Verdict.UNVERIFIED;
    String text = verdict == Verdict.UNVERIFIED ? String.join("; ", gaps) : said;
    steps.add(new Step(rung, verdict, text, Duration.between(begin, clock.instant())));
    return verdict == Verdict.PASSED;
  }

  private static String words(HoldfastException e) {
    return e.getMessage() + e.hint().map(hint -> " (" + hint + ")").orElse("");
  }

  /** Says that a rung was not tried, for the one below did not hold. */
  void leftOut(Rung rung, String why) {
    steps.add(new Step(rung, Verdict.UNVERIFIED, why, Duration.ZERO));
  }

  void finding(FindingCode code, String subject, String found) {
    total++;
    if (code.fault() && !faulty) {
      first = code.text() + " of " + subject;
    }
    faulty |= code.fault();
    if (findings.size() < LISTED) {
      findings.add(Finding.of(code, subject, found));
    }
  }

  /** Something of the rung under way could not be looked at. */
  void gap(String why) {
    if (!gaps.contains(why)) {
      gaps.add(why);
    }
  }

  /** Measures a stage that somebody would wait for in an emergency. */
  void recovery(String name, Duration took) {
    stages.add(new Stage(name, took, true));
  }

  void stage(String name, Duration took) {
    stages.add(new Stage(name, took, false));
  }

  List<Step> steps() {
    return steps;
  }

  List<Stage> stages() {
    return stages;
  }

  List<Finding> findings() {
    return findings;
  }

  long total() {
    return total;
  }
}
