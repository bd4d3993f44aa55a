package io.holdfast.operations.dumping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.PgClients;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever goes wrong: no backup, nothing left in the repository, no session on the server. */
class DumpingOnBadDaysTest {
  private static final String OURS =
      "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name LIKE 'holdfast%'";

  private DumpRig rig;
  private TestCluster server;

  @TempDir private Path directory;
  @TempDir private Path repository;

  @SuppressWarnings("NullAway.Init") // set before each test
  DumpingOnBadDaysTest() {}

  @BeforeEach
  void start() {
    rig = new DumpRig(Storages.local(repository.resolve("r")), false);
    server = TestCluster.of(PgClients.MAJOR).start();
    server.sql(
        "CREATE TABLE a AS SELECT i AS id, md5(i::text) AS t FROM generate_series(1, 100000) i",
        "CREATE TABLE b AS SELECT generate_series(1, 1000) AS id",
        "CREATE DATABASE second");
  }

  @AfterEach
  void close() {
    rig.close();
    server.close();
  }

  /** Programs among which pg_dump does as the script says; PROGRAM in it is the real one. */
  private List<Path> programs(String script) {
    return programs("pg_dump", script);
  }

  private List<Path> programs(String which, String script) {
    try {
      for (String program : List.of("pg_dump", "pg_dumpall")) {
        Path real = PgClients.directory().resolve(program);
        Path file = directory.resolve(program);
        String does = program.equals(which) ? script : "exec PROGRAM \"$@\"";
        Files.writeString(
            file,
            "#!/bin/bash\n[ \"$1\" = --version ] && exec "
                + real
                + " --version\n"
                + does.replace("PROGRAM", real.toString())
                + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
      return List.of(directory);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void fails(Consumer<LogicalRequest.Change> change, String message) {
    assertThatThrownBy(() -> rig.backUp(server, change))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining(message);
    assertNothingLeft();
  }

  private static List<Path> unfinished(Path below) {
    try (Stream<Path> all = Files.walk(below)) {
      return all.filter(path -> path.getFileName().toString().startsWith("~unfinished")).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void assertNothingLeft() {
    assertThat(rig.cluster.backupIds()).isEmpty();
    List<String> left = new ArrayList<>();
    rig.storage.list("clusters", (ObjectStat stat) -> left.add(stat.key().text()));
    assertThat(left)
        .noneMatch(key -> key.contains("/packs/"))
        .noneMatch(key -> key.contains("writer-"));
    assertThat(unfinished(repository)).as("files that were begun").isEmpty();
    assertThat(rig.cluster.holder("backup")).isEmpty();
    server.await(OURS);
  }

  @Test
  void aDumpThatFailsInItsMiddle() {
    fails(
        change ->
            change.programs =
                programs("PROGRAM \"$@\" | head -c 500000; echo 'no more' >&2; exit 1"),
        "pg_dump failed: it ended with status 1; it said:");
  }

  @Test
  void aDumpThatIsKilled() {
    fails(
        change -> change.programs = programs("PROGRAM \"$@\" | head -c 500000; kill -9 $$"),
        "it was ended by signal 9");
  }

  @Test
  void aDumpThatHangs() {
    fails(
        change -> {
          // What it leaves in the background holds its output open.
          change.programs = programs("PROGRAM \"$@\" | head -c 500000; sleep 600 & sleep 600");
          change.stallTimeout = Duration.ofSeconds(1);
        },
        "nothing came from it for 1 s");
  }

  @Test
  void aDumpThatEndsTooSoonAndSaysThatAllIsWell() {
    fails(
        change ->
            // What it leaves in the background would write the rest, and never does.
            change.programs =
                programs("(exec sleep 60) & PROGRAM \"$@\" | head -c 500000; kill $!; exit 0"),
        "whole last block");
  }

  @Test
  void rolesThatEndTooSoonAndSayThatAllIsWell() {
    fails(
        change -> change.programs = programs("pg_dumpall", "PROGRAM \"$@\" | head -c 200; exit 0"),
        "expected 'PostgreSQL database cluster dump complete' at the end of its output");
  }

  @Test
  void aDumpThatLacksATable() {
    fails(
        change -> change.programs = programs("exec PROGRAM --exclude-table-data=b \"$@\""),
        "public.b: expected 1000 rows, found no such table");
  }

  @Test
  void aDumpThatLeavesOutWhatIsNoRow() {
    server.sql(
        "ALTER TABLE a ADD PRIMARY KEY (id)",
        "CREATE INDEX ON a (t)",
        "CREATE ROLE reader",
        "GRANT SELECT ON a TO reader",
        "COMMENT ON TABLE b IS 'the second'",
        "CREATE PUBLICATION p",
        "SELECT lo_create(0) FROM generate_series(1, 3)");
    rig.backUp(server);
    BackupId good = rig.cluster.backupIds().getFirst();
    for (List<String> each :
        List.of(
            List.of("--section=pre-data --section=data", "indexes: expected 1, found 0; keys: "),
            List.of("--no-acl", "grants on tables: expected 1, found 0"),
            List.of("--no-comments", "comments on tables: expected 1, found 0"),
            List.of("--no-publications", "publications: expected 1, found 0"),
            List.of("--no-blobs", "large objects: expected 3, found 0"))) {
      List<Path> programs = programs("exec PROGRAM " + each.getFirst() + " \"$@\"");
      assertThatThrownBy(() -> rig.backUp(server, change -> change.programs = programs))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("database postgres has less than its own snapshot")
          .hasMessageContaining(each.getLast());
    }
    assertThat(rig.cluster.backupIds()).containsExactly(good);
  }

  @Test
  void aDumpOfAnotherMoment() throws Exception {
    // As a pooler or a second server would have it.
    String script =
        "arguments=(); for a in \"$@\"; do [[ $a == --snapshot=* ]] || arguments+=(\"$a\"); done;"
            + " while [ ! -e "
            + directory
            + "/go ]; do sleep 0.05; done; exec PROGRAM \"${arguments[@]}\"";
    CompletableFuture<Void> change =
        CompletableFuture.runAsync(() -> {
          server.await(
              "SELECT count(*) >= 2 FROM pg_stat_activity WHERE backend_xmin IS NOT NULL"
                  + " AND application_name LIKE 'holdfast%'");
          server.sql("DELETE FROM b WHERE id = 7");
          try {
            Files.createFile(directory.resolve("go"));
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
    fails(
        request -> {
          request.programs = programs(script);
          request.databases = List.of("postgres", "second");
        },
        "public.b: expected 1000 rows, found 999 rows");
    change.get();
  }

  @Test
  void aConnectionThatIsLost() throws Exception {
    duringADump(
        () ->
            server.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE application_name LIKE 'holdfast dump%'"),
        "pg_dump failed: it ended with status 1; it said:");
  }

  @Test
  void aServerThatIsStopped() throws Exception {
    assertThatThrownBy(() -> duringADump(server::stopImmediately, "never")).isNotNull();
    assertThat(rig.cluster.backupIds()).isEmpty();
    server.start();
    assertNothingLeft();
  }

  /** So slow that there is time. */
  private void duringADump(Runnable event, String message) throws Exception {
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(() -> {
          server.await(
              "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name LIKE 'holdfast dump%'"
                  + " AND query LIKE 'COPY%'");
          event.run();
        });
    ThrowingCallable backup = () -> rig.backUp(server, change -> change.bytesPerSecond = 500_000);
    assertThatThrownBy(backup).isInstanceOf(HoldfastException.class).hasMessageContaining(message);
    running.get();
    assertNothingLeft();
  }

  @Test
  void aThreadThatIsInterrupted() throws Exception {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread backup =
        Thread.ofPlatform()
            .start(() -> {
              try {
                rig.backUp(server, change -> change.bytesPerSecond = 500_000);
                thrown.complete(new AssertionError("it went on"));
              } catch (HoldfastException e) {
                thrown.complete(e);
              }
            });
    server.await(
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name LIKE 'holdfast dump%'"
            + " AND query LIKE 'COPY%'");
    backup.interrupt();
    assertThat(thrown.get()).hasMessageContaining("interrupted");
    backup.join();
    assertNothingLeft();
  }

  @Test
  void aTableThatSomebodyHasLocked() throws Exception {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE a IN ACCESS EXCLUSIVE MODE");
      fails(
          change -> change.lockTimeout = Duration.ofMillis(300),
          "could not lock the tables of database postgres");
      connection.rollback();
    }
  }

  @Test
  void tooFewSessions() {
    server.sql("CREATE ROLE few SUPERUSER LOGIN CONNECTION LIMIT 3");
    assertThatThrownBy(() ->
            Dumping.run(
                rig.cluster,
                LogicalRequest.of(
                        io.holdfast.postgres.ConnectionSettings.parse(server.conninfo())
                            .with("user", "few"))
                    .but(change -> change.programs = List.of(PgClients.directory())),
                rig.progress,
                java.time.InstantSource.system()))
        .hasMessageContaining("expected room for 4 more sessions, found 2");
    assertNothingLeft();
  }

  @Test
  void twoAtOnce() {
    try (var lease = rig.cluster.acquire("backup", LeaseOptions.of("test"))) {
      lease.ensureHeld();
      assertThatThrownBy(() -> rig.backUp(server)).isInstanceOf(LeaseHeldException.class);
    }
    server.await(OURS);
    rig.backUp(server);
    assertThat(rig.cluster.backupIds()).hasSize(1);
  }

  @Test
  void timeOutsOfTheRoleDoNotEndABackup() {
    server.sql(
        "ALTER ROLE postgres SET statement_timeout = 300",
        "ALTER ROLE postgres SET lock_timeout = 300",
        "ALTER DATABASE postgres SET idle_in_transaction_session_timeout = 300");
    rig.backUp(server, change -> change.bytesPerSecond = 3_000_000);
    assertThat(rig.cluster.backupIds()).hasSize(1);
  }
}
