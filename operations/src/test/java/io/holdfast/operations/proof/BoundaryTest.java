package io.holdfast.operations.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.restore.Landmarks;
import io.holdfast.operations.restore.Landmarks.Landmark;
import io.holdfast.operations.restore.RecoveryTarget;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.CopySession;
import io.holdfast.postgres.Lsn;
import io.holdfast.repository.BackupId;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A recovery ends between two transactions, and it can be seen between which. */
class BoundaryTest {
  private static final int MARKS = 6;

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void aCopyHasWhatWasBeforeItsTargetAndNothingOfWhatWasAfter(PostgresMajor major) {
    try (ProofScene scene =
        new ProofScene(TestCluster.of(major).setting("track_commit_timestamp", "on").start())) {
      scene.source.sql("CREATE TABLE marks (i int PRIMARY KEY)");
      BackupId id = scene.backup();
      for (int i = 0; i < MARKS; i++) {
        scene.source.sql("INSERT INTO marks VALUES (" + i + ")");
        if (i == 3) {
          scene.source.query("SELECT pg_create_restore_point('between')");
        }
      }
      scene.archiveWal();

      Proof moment = prove(scene, id, time(scene, 2), "the time of the third");
      assertBetween(scene, moment, 2, 3);
      assertBetween(scene, prove(scene, id, "xid:" + xid(scene, 1), "an xid"), 1, 2);
      assertBetween(scene, prove(scene, id, "name:between", "a restore point"), 3, 4);

      Proof latest = prove(scene, id, "latest", "latest");
      assertThat(said(latest)).contains(there(scene, MARKS - 1)).doesNotContain("is not");

      Proof immediate = prove(scene, id, "immediate", "immediate");
      assertThat(said(immediate))
          .contains("transaction " + xid(scene, 0) + " of ")
          .contains("is not, as it is to be");

      Proof any = scene.prove(id, new RecoveryTarget.Latest(), Optional.of(new Random(MARKS)));
      assertThat(any.verdict()).as("%s", any).isEqualTo(Verdict.PASSED);
      assertThat(Instant.parse(any.target())).as("of the transactions").isNotNull();
      assertThat(said(any)).contains("is there").contains("is not, as it is to be");
    }
  }

  private static Proof prove(ProofScene scene, BackupId id, String target, String which) {
    Proof proof =
        scene.prove(id, RecoveryTarget.parse(target, ZoneId.of("UTC"), false), Optional.empty());
    assertThat(proof.verdict()).as("%s: %s", which, proof).isEqualTo(Verdict.PASSED);
    return proof;
  }

  private static void assertBetween(ProofScene scene, Proof proof, int before, int after) {
    assertThat(said(proof))
        .contains(there(scene, before))
        .contains("transaction " + xid(scene, after) + " of ")
        .contains("is not, as it is to be");
  }

  private static String there(ProofScene scene, int mark) {
    return "transaction " + xid(scene, mark) + " of " + instant(scene, mark) + " is there";
  }

  private static String said(Proof proof) {
    return proof.steps().stream()
        .filter(step -> step.rung() == Rung.RESTORED)
        .map(Proof.Step::said)
        .findFirst()
        .orElseThrow();
  }

  private static String xid(ProofScene scene, int mark) {
    return scene.source.query("SELECT xmin FROM marks WHERE i = " + mark);
  }

  private static String time(ProofScene scene, int mark) {
    return instant(scene, mark).toString().replace('T', ' ');
  }

  private static Instant instant(ProofScene scene, int mark) {
    return Instant.parse(
        scene.source.query(
            "SELECT to_char(pg_xact_commit_timestamp(xmin) AT TIME ZONE 'UTC',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM marks WHERE i = "
                + mark));
  }

  @Test
  void whatIsMissingBeforeAndWhatIsThereAfterIsFound() {
    try (TestCluster server = TestCluster.of(PostgresMajor.newest()).start()) {
      server.sql("CREATE TABLE marks (i int)", "INSERT INTO marks VALUES (1)");
      long committed = Long.parseLong(server.query("SELECT xmin FROM marks"));
      long never = committed + 1000;

      assertThat(findings(server, never, never)).containsExactly("transaction.missing");
      assertThat(findings(server, committed, committed)).containsExactly("transaction.beyond");
      assertThat(findings(server, committed, never)).isEmpty();
      assertThat(findings(server, never, committed))
          .containsExactly("transaction.missing", "transaction.beyond");
    }
  }

  private static List<String> findings(TestCluster server, long before, long after) {
    Ledger ledger = new Ledger(InstantSource.system());
    Landmarks landmarks = new Landmarks(Optional.of(mark(before)), Optional.of(mark(after)));
    try (CopySession copy = CopySession.connect(ConnectionSettings.parse(server.conninfo()))) {
      new Boundary(landmarks, ledger).check(copy);
    }
    return ledger.findings().stream().map(Finding::code).toList();
  }

  private static Landmark mark(long xid) {
    return new Landmark(xid, new Lsn(1), Instant.EPOCH);
  }
}
