package io.holdfast.operations.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.operations.dump.LogicalRig;
import io.holdfast.operations.restore.RecoveryTarget;
import io.holdfast.operations.restore.RestoreHost;
import io.holdfast.postgres.DatabaseFigures;
import io.holdfast.repository.BackupId;
import io.holdfast.testkit.PgClients;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Dumps that differ from a healthy one in exactly one way. */
class LogicalProofTest {
  private static TestCluster server;
  private static Path scratch;
  private final LogicalRig rig = new LogicalRig();

  @BeforeAll
  static void start() {
    server = TestCluster.of(PgClients.MAJOR).start();
    scratch = ServerAccount.current().newTemporaryDirectory("hfproof");
    server.sql("CREATE ROLE keeper");
    server.sql("CREATE DATABASE shop OWNER keeper");
    server.sqlIn(
        "shop",
        "CREATE TABLE users (id serial PRIMARY KEY, name text)",
        "INSERT INTO users (name) SELECT md5(i::text) FROM generate_series(1, 300) i",
        "CREATE TABLE orders (id int PRIMARY KEY, by int REFERENCES users)",
        "INSERT INTO orders SELECT i, 1 + i % 300 FROM generate_series(1, 500) i",
        "ALTER TABLE users OWNER TO keeper");
  }

  @AfterAll
  static void end() throws Exception {
    server.close();
    Files.delete(scratch);
  }

  @AfterEach
  void closeRepository() throws Exception {
    rig.close();
    try (Stream<Path> left = Files.list(scratch)) {
      assertThat(left).isEmpty();
    }
  }

  private Proof prove() {
    return prove(rig.backUp(server, "shop").id());
  }

  private Proof prove(BackupId id) {
    RestoreHost host = new RestoreHost(List.of("false"), List.of(), List.of(), Optional.empty());
    return new Prove(rig.cluster, host, InstantSource.system(), Progress.NONE)
        .run(
            id,
            new ProofRequest(
                Rung.EQUAL,
                new RecoveryTarget.Latest(),
                Optional.empty(),
                scratch,
                Optional.empty(),
                List.of(new Assertion("shop", "users", "SELECT count(*) = 300 FROM users")),
                List.of(),
                Duration.ofMinutes(1),
                false,
                "",
                Optional.empty(),
                "",
                List.of(),
                2,
                "test",
                "here"),
            Optional.empty());
  }

  private static List<Verdict> verdicts(Proof proof) {
    return proof.steps().stream().map(Proof.Step::verdict).toList();
  }

  @Test
  void aHealthyOneIsProvenWithoutAFinding() {
    Proof proof = prove();

    assertThat(proof.findings()).as("%s", proof).isEmpty();
    assertThat(proof.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(proof.reached()).contains(Rung.EQUAL);
    assertThat(proof.tables()).contains(new Proof.TableRows("shop", "public.orders", 500));
    assertThat(proof.recoveryTime()).isPresent();
  }

  @Test
  void oneRowLess() {
    rig.figures = LogicalProofTest::withOneRowMore;

    Proof proof = prove();

    assertThat(proof.findings()).extracting(Finding::code).containsExactly("content.differs");
    assertThat(proof.findings().getFirst().found())
        .contains("public.orders: expected 501 rows, found 500");
    assertThat(proof.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(proof.reached()).contains(Rung.SOUND);
  }

  private static DatabaseFigures withOneRowMore(DatabaseFigures figures) {
    List<DatabaseFigures.Table> tables =
        figures.tables().stream()
            .map(t ->
                t.name().equals("orders")
                    ? new DatabaseFigures.Table(
                        t.schema(), t.name(), t.kind(), t.rows() + 1, Optional.empty())
                    : t)
            .toList();
    return with(figures, tables, figures.extensions());
  }

  private static DatabaseFigures with(
      DatabaseFigures f,
      List<DatabaseFigures.Table> tables,
      List<DatabaseFigures.Extension> extensions) {
    return new DatabaseFigures(
        f.database(),
        f.taken(),
        f.locale(),
        f.collationVersion(),
        f.providerVersion(),
        tables,
        f.sequences(),
        f.largeObjects(),
        extensions,
        f.collations(),
        f.schema(),
        f.objects());
  }

  @Test
  void aDumpThatWasCutOff() {
    rig.kept = archive -> Arrays.copyOf(archive, archive.length * 2 / 3);

    Proof proof = prove();

    assertThat(proof.findings())
        .as("%s", proof)
        .extracting(Finding::code)
        .containsExactly("restore.failed");
    assertThat(proof.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(proof.reached()).contains(Rung.INTACT);
  }

  @Test
  void aRoleThatIsMissing() {
    rig.globals = text -> text.replaceAll("(?m)^.*\\bkeeper\\b.*$", "");

    Proof proof = prove();

    assertThat(proof.findings()).extracting(Finding::code).containsExactly("restore.failed");
    assertThat(proof.findings().getFirst().found()).contains("keeper");
    assertThat(verdicts(proof))
        .containsExactly(
            Verdict.PASSED, Verdict.PASSED, Verdict.FAILED, Verdict.UNVERIFIED, Verdict.UNVERIFIED);
  }

  @Test
  void anExtensionThatThisMachineLacksIsNoFaultOfTheBackup() {
    rig.figures =
        figures -> {
          List<DatabaseFigures.Extension> extensions = new ArrayList<>(figures.extensions());
          extensions.add(new DatabaseFigures.Extension("nowhere", "1", "public"));
          return with(figures, figures.tables(), extensions);
        };

    Proof proof = prove();

    assertThat(proof.findings()).isEmpty();
    assertThat(proof.verdict()).isEqualTo(Verdict.UNVERIFIED);
    assertThat(proof.steps().get(2).said()).contains("no extension nowhere").contains("install");
  }

  /** The rig damages every pack, that with the list of files too. */
  @Test
  void aBackupWhosePacksAreDamaged() {
    BackupId id = rig.backUp(server, "shop").id();
    rig.damagePacks();

    Proof proof = prove(id);

    assertThat(proof.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(proof.reached()).contains(Rung.STORED);
    assertThat(proof.findings())
        .extracting(Finding::code)
        .isNotEmpty()
        .allSatisfy(code -> assertThat(code).isIn("manifest.damaged", "pack.damaged"));
  }
}
