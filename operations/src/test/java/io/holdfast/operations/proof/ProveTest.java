package io.holdfast.operations.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.BackupId;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProveTest {
  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void aHealthyBackupIsProvenWithoutAFinding(PostgresMajor major) throws Exception {
    try (ProofScene scene = new ProofScene(TestCluster.of(major).checksums(true).start())) {
      scene.source.sql(
          "CREATE TABLE users (id bigserial PRIMARY KEY, name text)",
          "INSERT INTO users (name) SELECT md5(i::text) FROM generate_series(1, 5000) i",
          "CREATE INDEX ON users (lower(name))",
          "CREATE MATERIALIZED VIEW names AS SELECT name FROM users",
          "CREATE UNLOGGED TABLE scratch AS SELECT 1 AS i");
      scene.source.sql("CREATE DATABASE \"Another one\"");
      BackupId id = scene.backup();
      scene.source.sql("INSERT INTO users (name) VALUES ('after the backup')");
      long before = Long.parseLong(scene.source.query("SELECT count(*) FROM pg_stat_activity"));

      Proof proof =
          scene.prove(
              id,
              Rung.EQUAL,
              List.of(new Assertion("postgres", "users", "SELECT count(*) >= 5000 FROM users")),
              Optional.empty());

      assertThat(proof.findings()).isEmpty();
      assertThat(proof.verdict()).as("%s", proof).isEqualTo(Verdict.PASSED);
      assertThat(proof.reached()).contains(Rung.EQUAL);
      assertThat(proof.recoveryTime()).isPresent();
      assertThat(proof.stages())
          .extracting(Proof.Stage::name)
          .contains("fetch", "recover", "first query");
      assertThat(proof.tables()).contains(new Proof.TableRows("postgres", "public.users", 5000));
      assertThat(children(scene.scratch)).as("nothing is left").isEmpty();
      assertThat(Long.parseLong(scene.source.query("SELECT count(*) FROM pg_stat_activity")))
          .as("the source was not asked")
          .isLessThanOrEqualTo(before);

      Proofs proofs = new Proofs(scene.archive);
      proofs.add(proof);
      assertThat(proofs.newest(Set.of(id), e -> {}).get(id)).isEqualTo(rounded(proof));
    }
  }

  /** As it is stored: durations in milliseconds. */
  private static Proof rounded(Proof proof) {
    return ProofFormat.decode("x", ProofFormat.encode(proof));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows", "rows_i"})
  void aPageThatDoesNotFitItsChecksumIsFoundBeforeAnythingIsRestored(String relation) {
    try (ProofScene scene =
        new ProofScene(TestCluster.of(PostgresMajor.newest()).checksums(true).start())) {
      scene.source.sql(
          "CREATE TABLE rows AS SELECT i FROM generate_series(1, 500) i",
          "CREATE INDEX rows_i ON rows (i)");
      Path file = scene.fileOf(relation);
      scene.whileStopped(() -> ProofScene.flip(file, 8000, 1));

      Proof proof = scene.prove(scene.backup(), Rung.EQUAL);

      assertThat(proof.findings()).extracting(Finding::code).containsOnly("page.damaged");
      assertThat(proof.verdict()).isEqualTo(Verdict.FAILED);
      assertThat(proof.reached()).contains(Rung.STORED);
    }
  }

  @Test
  void whatAKilledProofLeftIsRemovedByTheNextOneAndWhatIsKeptIsNot() throws Exception {
    try (ProofScene scene = new ProofScene(TestCluster.of(PostgresMajor.newest()).start())) {
      BackupId id = scene.backup();
      Prove prove = scene.prover();
      Proof proof =
          prove.run(id, scene.request(Rung.RESTORED, List.of(), List.of(), true), Optional.empty());
      assertThat(proof.verdict()).as("%s", proof).isEqualTo(Verdict.PASSED);
      assertThat(prove.kept()).isPresent();
      Path kept = children(scene.scratch).getFirst();
      long server = pid(kept);
      scene.prove(id, Rung.RESTORED);
      assertThat(children(scene.scratch)).as("kept").containsExactly(kept);
      assertThat(ProcessHandle.of(server)).isPresent();

      // A killed one has left the file that it held a lock on.
      Files.createFile(kept.resolve("lock"));
      scene.prove(id, Rung.RESTORED);

      assertThat(children(scene.scratch)).isEmpty();
      assertThat(ProcessHandle.of(server)).isEmpty();
    }
  }

  @Test
  void theUsersCommandIsAskedWithTheCopyInItsEnvironment() {
    try (ProofScene scene = new ProofScene(TestCluster.of(PostgresMajor.newest()).start())) {
      BackupId id = scene.backup();
      Proof good =
          scene
              .prover()
              .run(
                  id,
                  scene.request(
                      Rung.EQUAL,
                      List.of(),
                      List.of("/bin/sh", "-c", "test -S \"$PGHOST/.s.PGSQL.$PGPORT\""),
                      false),
                  Optional.empty());
      assertThat(good.verdict()).as("%s", good).isEqualTo(Verdict.PASSED);
      assertThat(good.stages()).extracting(Proof.Stage::name).contains("hook");

      Proof bad =
          scene
              .prover()
              .run(
                  id,
                  scene.request(
                      Rung.EQUAL,
                      List.of(),
                      List.of("/bin/sh", "-c", "echo the page is blank; exit 3"),
                      false),
                  Optional.empty());
      assertThat(bad.findings()).extracting(Finding::code).containsExactly("hook.failed");
      assertThat(bad.findings().getFirst().found()).contains("found 3").contains("page is blank");
      assertThat(bad.verdict()).isEqualTo(Verdict.FAILED);
    }
  }

  @Test
  void aCommandOfTheRunbookThatFailsIsFoundAndSpeaksNotAgainstTheBackup() throws Exception {
    try (ProofScene scene = new ProofScene(TestCluster.of(PostgresMajor.newest()).start())) {
      BackupId id = scene.backup();
      Path wrongKey = scene.home.resolve("wrong-key");
      Files.writeString(wrongKey, "echo 'this key opens nothing' >&2; exit 2");
      Path other = scene.home.resolve("other");
      Files.writeString(
          other,
          "test \"$1\" = --json && echo '{}'; test -z \"$PGHOST$AWS_ACCESS_KEY_ID\" || exit 9");

      Proof locked = scene.rehearse(id, wrongKey);
      assertThat(locked.findings()).extracting(Finding::code).containsExactly("runbook.failed");
      assertThat(locked.findings().getFirst().subject()).isEqualTo("holdfast key check");
      assertThat(locked.findings().getFirst().found()).contains("found 2", "opens nothing");
      assertThat(locked.verdict()).isEqualTo(Verdict.FAILED);
      assertThat(locked.disproven()).isFalse();
      assertThat(locked.drill()).isTrue();

      Proof odd = scene.rehearse(id, other);
      assertThat(odd.findings()).extracting(Finding::code).containsExactly("runbook.failed");
      assertThat(odd.findings().getFirst().found()).contains("expected what it came to in JSON");
      assertThat(children(scene.scratch)).isEmpty();
    }
  }

  private static long pid(Path scratch) throws IOException {
    return Long.parseLong(
        Files.readAllLines(scratch.resolve("data/postmaster.pid")).getFirst().strip());
  }

  private static List<Path> children(Path folder) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      java.util.ArrayList<Path> all = new java.util.ArrayList<>();
      entries.forEach(all::add);
      return all;
    }
  }
}
