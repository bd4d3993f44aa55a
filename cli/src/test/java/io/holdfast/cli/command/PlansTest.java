package io.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans of the configuration, on real backups of files. */
final class PlansTest {
  private static final String PLANS =
      """
      plans:
        weekly: {every: 7d, kinds: [files]}
        nightly: {every: 1d, kinds: [files], level: stored, window: "01:00-03:00 UTC"}
      """;

  @TempDir private Path home;

  private CommandScene scene;

  @BeforeEach
  void begin() throws IOException {
    scene = CommandScene.begin(home);
    scene.configure(PLANS);
  }

  @Test
  void whatIsDueIsProvenOnceAndNothingDueSaysWhenItIs() {
    CommandScene.Ran due = scene.succeed("check", "--plans");
    assertThat(due.out()).contains("plan weekly", "its first one is still due");
    assertThat(scene.succeed("status").out()).contains("weekly").doesNotContain("OVERDUE");

    CommandScene.Ran first = scene.succeed("prove", "--due");
    assertThat(first.out())
        .contains("PASSED", "by plan weekly", "plan weekly: carried out; next after 2026-11-29")
        .contains("plan nightly: not due; next after 2026-11-23")
        .doesNotContain("by plan nightly");
    assertThat(scene.succeed("proof", "list").out()).contains("PLAN").contains("weekly");

    CommandScene.Ran second = scene.succeed("prove", "--due");
    assertThat(second.out()).contains("plan weekly: not due").doesNotContain("PASSED");
    assertThat(scene.succeed("proof", "list").out().lines()).hasSize(2);
    assertThat(scene.run("check", "--plans").out())
        .contains("ok       main plan weekly")
        .contains("ok       main plan nightly");

    assertThat(scene.succeed("audit").out())
        .as("a look for what is due is nothing that was done")
        .containsOnlyOnce("prove --due");

    // Seventeen hours later it is 01:17.
    scene.pass(Duration.ofHours(17));
    assertThat(scene.succeed("prove", "--due").out()).contains("by plan nightly");
    scene.succeed("check", "--plans");
    scene.pass(Duration.ofDays(8).plusHours(2));
    assertThat(scene.run("check", "--plans").status()).isEqualTo(1);
    assertThat(scene.succeed("status").out()).contains("OVERDUE");
  }

  @Test
  void aPlanThatNobodyCarriesOutIsOverdueADayAfterItCouldHaveBeen() {
    scene.pass(Duration.ofHours(24));
    scene.succeed("check", "--plans");
    scene.pass(Duration.ofHours(1));
    CommandScene.Ran weekly = scene.run("check", "--plans");
    assertThat(weekly.status()).as("%s", weekly).isEqualTo(1);
    assertThat(weekly.out())
        .contains("NOT MET  main plan weekly", "none of that time")
        .contains("ok       main plan nightly");
    assertThat(scene.succeed("status").out()).contains("weekly, OVERDUE: not carried out");

    // The window of the other one opened at one o'clock on the day before.
    scene.pass(Duration.ofHours(17));
    assertThat(scene.run("check", "--plans").out()).contains("NOT MET  main plan nightly");
  }

  @Test
  void aPlanCanBeCarriedOutNowAndSaysItselfWhatIsProven() {
    CommandScene.Ran now = scene.succeed("prove", "main", "--plan", "nightly");
    assertThat(now.out()).contains("PASSED", "is stored", "by plan nightly");

    assertThat(scene.run("prove", "main", "--plan", "monthly").err())
        .contains("has no plan 'monthly'", "weekly, nightly");
    CommandScene.Ran both = scene.run("prove", "main", "--plan", "nightly", "--level", "intact");
    assertThat(both.status()).isEqualTo(2);
    assertThat(both.err()).contains("a plan says itself");
    assertThat(scene.run("prove", "--due", "--no-record").status()).isEqualTo(2);
    CommandScene.Ran rung = scene.run("prove", "main", "--level", "sky");
    assertThat(rung.status()).isEqualTo(2);
    assertThat(rung.err()).contains("'sky' is no rung", "stored, intact");
    assertThat(scene.run("check", "--max-age", "1d", "--level", "sky").status()).isEqualTo(2);
  }

  @Test
  void aKindWithoutABackupIsNotGreen() {
    scene.configure("plans: {both: {every: 7d, kinds: [files, logical]}}\n");

    CommandScene.Ran half = scene.run("prove", "--due");
    assertThat(half.status()).as("%s", half).isEqualTo(4);
    assertThat(half.out()).contains("PASSED");
    assertThat(half.err()).contains("no logical backup to prove");
  }

  @Test
  void aPlanThatFailsStopsNoOther() {
    scene.configure(
        """
        plans:
          elsewhere: {every: 7d, site: moon}
          weekly: {every: 7d}
        """);

    CommandScene.Ran one = scene.run("prove", "--due");
    assertThat(one.status()).as("%s", one).isEqualTo(2);
    assertThat(one.err()).contains("main, plan elsewhere", "moon");
    assertThat(one.out()).contains("by plan weekly", "PASSED");
  }

  @Test
  void noPlansAtAllIsAMistake() {
    scene.configure();

    assertThat(scene.run("prove", "--due").status()).isEqualTo(2);
    assertThat(scene.run("check", "--plans").status()).isEqualTo(2);
  }
}
