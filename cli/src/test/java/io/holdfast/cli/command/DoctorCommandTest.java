package io.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.Program;
import io.holdfast.cli.terminal.Captured;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.operations.proof.Rung;
import io.holdfast.operations.proof.Verdict;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Run;
import io.holdfast.operations.runs.Runs;
import io.holdfast.operations.wal.Receiver;
import io.holdfast.repository.KeyPairText;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Repository;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The doctor beside a real server: facts are gathered; the rules have tests of their own. */
final class DoctorCommandTest {
  private static final String PASSPHRASE = "a long enough passphrase";

  /** What the machine that runs the tests may have: one disk, and that nearly full. */
  private static final Set<String> OF_THIS_MACHINE =
      Set.of("site.same-disk", "site.beside-the-data", "space.low", "space.scratch");

  private static TestCluster server;

  @TempDir Path home;

  @BeforeAll
  static void start() {
    server =
        TestCluster.of(PostgresMajor.newest())
            .setting("fsync", "on")
            .setting("max_slot_wal_keep_size", "10GB")
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void passphrase() throws IOException {
    Path file = Files.writeString(home.resolve("passphrase"), PASSPHRASE + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private record Ran(int status, String out, String err) {
    Stream<JsonNode> findings() {
      return StreamSupport.stream(
          new JsonMapper().readTree(out).path("findings").spliterator(), false);
    }

    List<String> codes(String... severities) {
      return findings()
          .filter(each -> List.of(severities).contains(each.path("severity").asString()))
          .map(each -> each.path("code").asString())
          .filter(code -> !OF_THIS_MACHINE.contains(code))
          .toList();
    }
  }

  private Ran run(String... words) {
    Captured captured = Captured.pipes();
    String[] all = new String[words.length + 2];
    all[0] = "-c";
    all[1] = home.resolve("holdfast.yaml").toString();
    System.arraycopy(words, 0, all, 2, words.length);
    int status = new Program(captured.streams(), InstantSource.system(), () -> false).run(all);
    return new Ran(status, captured.out(), captured.err());
  }

  private void succeed(String... words) {
    Ran ran = run(words);
    assertThat(ran.status()).as("%s: %s", String.join(" ", words), ran).isZero();
  }

  private void configure(String yaml) throws IOException {
    Files.writeString(home.resolve("holdfast.yaml"), yaml);
  }

  @Test
  void aClusterThatIsCaredForHasNoFaultAndNoWarning() throws IOException {
    configure(
        """
        repository:
          sites:
            here: { path: here }
            there: { path: there }
          key: { passphrase-file: passphrase }
        retention: { within: 7d }
        clusters:
          main:
            connection: "%s"
            wal: { slot: hf, spool-directory: spool }
        schedules:
          nightly: { run: backup, when: daily 02:00 }
          tidy-up: { run: prune --yes, when: daily 05:00 }
          prove: { run: prove, when: weekly 04:00 }
        notifications:
          channels:
            chat: { slack: { webhook-file: hook } }
        service:
          metrics: { listen: "127.0.0.1:9854" }
        """
            .formatted(server.conninfo()));
    succeed("init", "--non-interactive");
    succeed("key", "add", "--recipient", KeyPairText.generate().publicKey());
    server.sql("SELECT pg_create_physical_replication_slot('hf', true)");
    succeed("backup", "main");
    try (Storage storage = Storages.local(home.resolve("here"));
        Secret secret = Secret.copyOf(PASSPHRASE.getBytes(StandardCharsets.UTF_8));
        Repository repository =
            Repository.open(
                storage, new KeySource.Keys(List.of(secret), List.of()), InstantSource.system());
        Lease lease =
            repository.cluster("main").acquire(Receiver.LEASE, LeaseOptions.of("receive"))) {
      new Proofs(repository.cluster("main")).add(proof(repository));
      for (String schedule : List.of("nightly", "tidy-up", "prove")) {
        new Runs(repository).add(ran(schedule));
      }
      succeed("sync");
      lease.ensureHeld();

      Ran ran = run("doctor", "--json");

      assertThat(ran.codes("fault", "warning", "unchecked")).as(ran.out()).isEmpty();
      assertThat(ran.status()).isZero();
      assertThat(ran.codes("note"))
          .contains("proof.no-drill", "site.unprotected")
          .doesNotContain("slot.missing", "watch.no-watcher");
      assertThat(run("doctor").out())
          .contains("ok       WAL of main: received by process", "0 faults, ");
    }
  }

  private static Proof proof(Repository repository) {
    Instant now = InstantSource.system().instant();
    return new Proof(
        repository.id().toString(),
        "main",
        repository.cluster("main").backupIds().getLast(),
        "physical",
        Rung.RESTORED,
        "latest",
        "",
        false,
        "",
        "host",
        "test",
        now,
        now,
        "18",
        Stream.of(Rung.STORED, Rung.INTACT, Rung.RESTORED)
            .map(rung -> new Proof.Step(rung, Verdict.PASSED, "", Duration.ZERO))
            .toList(),
        List.of(),
        List.of(),
        0,
        Optional.empty(),
        List.of());
  }

  private static Run ran(String schedule) {
    Instant now = InstantSource.system().instant();
    return new Run(
        new JobName(schedule, Optional.of("main")),
        now,
        now,
        now,
        1,
        0,
        Outcome.DONE,
        0,
        "holdfast backup main",
        "host",
        "test",
        "",
        Runs.newId());
  }

  @Test
  void whatIsAmissIsNamedWithItsReasonAndItsCure() throws IOException {
    configure(
        """
        repository:
          path: repository
          key: { passphrase-file: passphrase }
        clusters:
          main:
            connection: "%s"
            wal: { slot: none }
        schedules:
          nightly-dump: { run: backup --kind logical, when: daily 02:00 }
        service:
          nodes: { connection: "host=127.0.0.1 port=1 dbname=nodes user=nodes" }
        """
            .formatted(server.conninfo().replace("user=postgres", "user=plain")));
    server.sql("CREATE ROLE plain LOGIN");
    assertThat(run("init", "--non-interactive").status()).isEqualTo(1);

    Ran ran = run("doctor", "--json");

    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.codes("fault")).contains("role.replication", "role.backup", "role.settings");
    assertThat(ran.codes("warning"))
        .contains(
            "backup.none",
            "key.alone",
            "site.single",
            "retention.none",
            "role.dump",
            "wal.not-received",
            "schedule.no-proof",
            "schedule.overdue",
            "watch.nobody-told",
            "nodes.unreachable");
    assertThat(ran.codes("note")).contains("slot.missing", "watch.no-watcher");
    assertThat(ran.findings().filter(each -> !each.path("code").isNull()))
        .allSatisfy(each -> {
          assertThat(each.path("why").asString("")).isNotEmpty();
          assertThat(each.path("fix").asString("")).isNotEmpty();
          assertThat(each.path("fix").asString("")).as("can be copied").doesNotContain("…", "<");
        });
    assertCommandsCanBeTyped(ran);
    assertThat(ran.findings().filter(each -> each.path("code").asString("").equals("role.backup")))
        .singleElement()
        .satisfies(each -> {
          assertThat(each.path("cluster").asString()).isEqualTo("main");
          assertThat(each.path("fix").asString()).contains("GRANT EXECUTE", "TO plain");
        });
  }

  private static void assertCommandsCanBeTyped(Ran ran) {
    Program program = new Program(Captured.pipes().streams(), InstantSource.system(), () -> false);
    List<String> commands =
        ran.findings()
            .flatMap(each -> each.path("fix").asString("").lines())
            .filter(line -> line.startsWith("holdfast "))
            .map(line -> line.substring("holdfast ".length()).replaceFirst(" +[#>].*", ""))
            .map(line -> line.replace("\"$(cat recovery.pub)\"", "hfpub"))
            .toList();
    assertThat(commands).contains("backup main", "key generate recovery.key");
    assertThat(commands)
        .allSatisfy(line -> assertThat(program.misuse(List.of(line.split(" ", -1)))).isEmpty());
  }

  @Test
  void aDatabaseOfTheNodesInAServerThatIsBackedUpIsAFault() throws IOException {
    configure(
        """
        repository:
          path: repository
          key: { passphrase-file: passphrase }
        clusters:
          main: { connection: "%1$s" }
        schedules:
          nightly: { run: backup, when: daily 02:00 }
        service:
          metrics: { listen: "127.0.0.1:9854" }
          nodes: { connection: "%1$s" }
        """
            .formatted(server.conninfo()));
    succeed("init", "--non-interactive");

    Ran ran = run("doctor", "--json");
    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.codes("fault")).contains("nodes.backed-up");
    Ran listed = run("schedule", "list");
    assertThat(listed.status()).as("%s", listed).isEqualTo(2);
    assertThat(listed.err()).contains("goes to the server of cluster 'main'");
  }

  @Test
  void warningsCountWhereTheyAreToAndAServerThatIsAwayIsAFault() throws IOException {
    configure(
        """
        repository:
          path: repository
          key: { passphrase-file: passphrase }
        clusters:
          main: { connection: "%s" }
        """
            .formatted(server.conninfo()));
    succeed("init", "--non-interactive");
    assertThat(run("doctor").status()).isZero();
    assertThat(run("doctor", "--strict").status()).isEqualTo(1);

    configure(
        Files.readString(home.resolve("holdfast.yaml"))
            .replaceFirst("connection: .*", "connection: host=/nowhere }"));
    Ran away = run("doctor", "--json");
    assertThat(away.status()).isEqualTo(1);
    assertThat(away.codes("fault")).containsExactly("server.unreachable");
    assertThat(away.codes("unchecked")).as("nobody knows").containsExactly("check.not-made");
  }
}
