package io.holdfast.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.operations.restore.RestoreResult.Started;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.ClusterContent.Fingerprint;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Restored servers that the restore starts itself, and serves WAL to. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class RestoreStartTest {
  private Scene scene;
  private TestCluster source;
  private Map<String, Fingerprint> before;
  private Instant exact;
  private Instant last;
  private long xid;

  @BeforeAll
  void makeSource() throws Exception {
    scene =
        new Scene(
            PostgresMajor.newest(),
            o ->
                o.setting("track_commit_timestamp", "on")
                    .setting("archive_mode", "on")
                    .setting("logging_collector", "on"));
    source = scene.source;
    source.sql("CREATE TABLE marks (name text)", "CREATE TABLE t AS SELECT generate_series(1, 50)");
    scene.backup();
    source.sql("INSERT INTO marks VALUES ('one')");
    before = ClusterContent.fingerprints(source);
    source.sql("INSERT INTO marks VALUES ('two')");
    xid = Long.parseLong(source.query("SELECT xmin FROM marks WHERE name = 'two'"));
    exact = time("pg_xact_commit_timestamp(xmin)", "marks WHERE name = 'two'");
    source.sql("INSERT INTO marks VALUES ('three')", "DROP TABLE t");
    last = time("timestamp", "pg_last_committed_xact()");
    source.sql("ALTER SYSTEM SET max_connections = 137");
    source.stop();
    source.start();
    scene.exportWal();
  }

  private Instant time(String what, String from) {
    return Instant.parse(
        source.query(
            "SELECT to_char("
                + what
                + " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM "
                + from));
  }

  @AfterAll
  void close() {
    scene.close();
  }

  private RestoreResult run(RestoreRequest.Builder request) throws IOException {
    Restore restore = new Restore(scene.archive, scene.hostWithClient(), InstantSource.system());
    return restore.run(restore.plan(request.start(true).build(), Progress.NONE), Progress.NONE);
  }

  private static String query(Started server, String sql) throws Exception {
    try (var connection =
            DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + server.port() + "/postgres?user=postgres");
        var rows = connection.createStatement().executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static void stop(Started server, Path directory) throws Exception {
    ProcessHandle process = ProcessHandle.of(server.pid()).orElseThrow();
    process.destroy();
    process.onExit().get();
    Tree.delete(directory);
  }

  private static String marks(Started server) throws Exception {
    return query(server, "SELECT coalesce(string_agg(name, ' ' ORDER BY name), '') FROM marks");
  }

  @Test
  void aPromotedServerIsReadyWhenTheRestoreReturns() throws Exception {
    RestoreResult result = run(scene.to("promoted"));

    Started server = result.server().orElseThrow();
    assertThat(server.state()).isEqualTo("promoted");
    assertThat(server.timeline()).isEqualTo(2);
    assertThat(query(server, "SELECT pg_is_in_recovery()")).isEqualTo("f");
    assertThat(marks(server)).isEqualTo("one three two");
    assertThat(server.reached()).isPresent();
    assertThat(server.lastTransaction().orElseThrow()).isAfterOrEqualTo(last);
    assertThat(server.connection())
        .isEqualTo(
            "host="
                + scene.place("promoted")
                + " port="
                + server.port()
                + " user=postgres dbname=postgres");
    assertThat(result.toJson().get("server").get("state").asString()).isEqualTo("promoted");
    assertThat(Files.exists(scene.place("promoted").resolve("recovery.signal"))).isFalse();
    assertThat(query(server, "SHOW archive_mode")).isEqualTo("off");
    assertThat(query(server, "SHOW max_connections"))
        .as("raised after the backup, without which replay would have paused")
        .isEqualTo("137");
    stop(server, scene.place("promoted"));
    assertThat(Files.exists(scene.place("promoted").resolve("holdfast-spool"))).isFalse();
  }

  @Test
  void exclusiveAndInclusiveMeanWhatTheySay() throws Exception {
    check(new RecoveryTarget.Moment(exact, true, Optional.empty()), "one two");
    check(new RecoveryTarget.Moment(exact, false, Optional.empty()), "one");
    check(new RecoveryTarget.Transaction(xid, true), "one two");
    check(new RecoveryTarget.Transaction(xid, false), "one");
  }

  private void check(RecoveryTarget target, @Nullable String expected) throws Exception {
    Started server = run(scene.to("at").at(target)).server().orElseThrow();
    assertThat(marks(server)).as(target.toString()).isEqualTo(expected);
    stop(server, scene.place("at"));
  }

  @Test
  void aPausedServerCanBeRead() throws Exception {
    Started server =
        run(scene
                .to("paused")
                .at(new RecoveryTarget.Transaction(xid, false))
                .then(TargetAction.PAUSE))
            .server()
            .orElseThrow();

    assertThat(server.state()).isEqualTo("paused");
    assertThat(query(server, "SELECT pg_get_wal_replay_pause_state()")).isEqualTo("paused");
    assertThat(marks(server)).isEqualTo("one");
    assertThat(before).containsKey("postgres/public.t");
    stop(server, scene.place("paused"));
  }

  /** The log of the first start stays, and has all the words that the second one waits for. */
  @Test
  void aSecondStartInThePlaceOfTheFirstDoesNotBelieveItsLog() throws Exception {
    RestoreRequest.Builder request =
        scene.to("again").at(new RecoveryTarget.Transaction(xid, false)).then(TargetAction.PAUSE);
    Started first = run(request).server().orElseThrow();
    assertThat(first.state()).isEqualTo("paused");
    ProcessHandle process = ProcessHandle.of(first.pid()).orElseThrow();
    process.destroy();
    process.onExit().get();

    Started second =
        run(scene.to("again").at(new RecoveryTarget.Transaction(xid, true)).delta(true))
            .server()
            .orElseThrow();
    assertThat(second.state()).isEqualTo("promoted");
    assertThat(marks(second)).isEqualTo("one two");
    stop(second, scene.place("again"));
  }

  /** Its log goes where the source's went, so nothing of what is known is from there. */
  @Test
  void whoTakesOverIsKnownToBeReadyWhateverItLogs() throws Exception {
    Path directory = scene.place("heir");
    RestoreResult result = run(scene.to("heir").takeOver(true).onPort(OptionalInt.of(freePort())));

    Started server = result.server().orElseThrow();
    assertThat(server.state()).isEqualTo("promoted");
    assertThat(server.reached()).as("the log of the collector is not ours to read").isEmpty();
    assertThat(marks(server)).isEqualTo("one three two");
    stop(server, directory);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aServerToldToShutDownAtItsTargetHasEnded() throws Exception {
    Started server =
        run(scene
                .to("down")
                .at(new RecoveryTarget.Transaction(xid, true))
                .then(TargetAction.SHUTDOWN))
            .server()
            .orElseThrow();

    assertThat(server.state()).isEqualTo("shut down");
    assertThat(server.port()).isZero();
    assertThat(Files.exists(scene.place("down").resolve("recovery.signal"))).isTrue();
    Tree.delete(scene.place("down"));
  }

  @Test
  void immediateEndsWithTheBackup() throws Exception {
    check(new RecoveryTarget.Immediate(), "");
  }

  @Test
  void aStandbyFollowsItsPrimary() throws Exception {
    Started server =
        run(scene.to("standby").standby(true).following(Optional.of(source.conninfo())))
            .server()
            .orElseThrow();
    assertThat(server.state()).isEqualTo("standby");
    assertThat(query(server, "SELECT pg_is_in_recovery()")).isEqualTo("t");

    source.sql("CREATE TABLE followed AS SELECT 7 AS x");
    source.await(
        "SELECT count(*) = 1 FROM pg_stat_replication WHERE application_name = 'holdfast-restore'"
            + " AND replay_lsn >= pg_current_wal_flush_lsn()");
    assertThat(query(server, "SELECT x FROM followed")).isEqualTo("7");
    source.sql("DROP TABLE followed");
    stop(server, scene.place("standby"));
  }

  @Test
  void aServerThatCannotStartShowsItsLastWords() throws Exception {
    Restore restore = new Restore(scene.archive, scene.hostWithClient(), InstantSource.system());
    RestorePlan plan = restore.plan(scene.to("broken").build(), Progress.NONE);
    restore.run(plan, Progress.NONE);
    Files.writeString(scene.place("broken").resolve("postgresql.conf"), "work_mem = nonsense\n");
    ServerAccount.current().own(scene.place("broken").resolve("postgresql.conf"));

    assertThatThrownBy(() ->
            new Starter(scene.archive, scene.hostWithClient(), InstantSource.system())
                .start(plan, Progress.NONE))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("work_mem");
    Tree.delete(scene.place("broken"));
  }
}
