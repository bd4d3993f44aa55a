package io.holdfast.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.ServerSession;
import io.holdfast.postgres.ServerSession.Requirement;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.StoredFile;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.ClusterContent.Fingerprint;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TpcbLoad;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Backups through the connection alone, by a role that has been granted what we ask for. */
class AgentlessBackupTest {
  private final BackupRig rig = new BackupRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void aBackupUnderLoadAndTheNextOneComeBack(PostgresMajor major) {
    Path elsewhere = rig.newDirectory("ts");
    try (TestCluster server = server(major, elsewhere)) {
      grantWhatIsAskedFor(server);
      TpcbLoad.prepare(server, 2);
      Map<String, Fingerprint> quiet = stillContent(server);
      BackupOutcome full;
      Set<Path> opened;
      try (TpcbLoad load = TpcbLoad.start(server, 2);
          OpenFiles watch = OpenFiles.below(server.dataDirectory())) {
        load.awaitCommits(50);
        full = backUp(server, change -> {});
        opened = watch.seen();
        load.awaitCommits(50);
      }
      assertThat(opened).isEmpty();
      assertThat(full.details().changes().foundBy()).isEqualTo("full");
      assertThat(full.details().findings().clean()).isTrue();
      assertThat(full.details().findings().pagesChecked()).isGreaterThan(500);
      assertComesBack(major, full.manifest().id(), quiet);

      server.sql("UPDATE still SET m = md5(m) WHERE g % 100 = 0", "CHECKPOINT");
      quiet = stillContent(server);
      BackupOutcome next = backUp(server, change -> {});
      assertThat(next.details().changes().foundBy()).isEqualTo("tracked");
      assertThat(next.manifest().totals().bytesRead())
          .isLessThan(full.manifest().totals().bytesRead() / 2);
      assertComesBack(major, next.manifest().id(), quiet);
      assertNobodyIsLeft(server);
    }
  }

  @Test
  void theWatchSeesWhatALocalBackupOpens() {
    try (TestCluster server = TestCluster.of(PostgresMajor.newest()).start();
        OpenFiles watch = OpenFiles.below(server.dataDirectory())) {
      rig.backUp(server);
      assertThat(watch.seen()).isNotEmpty();
    }
  }

  @Test
  void withoutTheWalEverythingIsCompared() {
    try (TestCluster server =
        TestCluster.of(PostgresMajor.newest()).setting("autovacuum", "off").start()) {
      grantWhatIsAskedFor(server);
      server.sql(
          "CREATE TABLE still AS SELECT g, md5(g::text) m FROM generate_series(1, 400000) g",
          "VACUUM still"); // or the update would set hint bits on every page
      BackupOutcome full = backUp(server, change -> {});
      server.sql("UPDATE still SET m = md5(m) WHERE g < 100");
      for (int i = 0; i < 3; i++) {
        server.sql("SELECT pg_switch_wal()", "CHECKPOINT");
      }
      BackupOutcome next = backUp(server, change -> {});
      assertThat(next.details().changes().foundBy()).isEqualTo("scan");
      assertThat(next.manifest().totals().bytesStored())
          .isLessThan(full.manifest().totals().bytesStored() / 2);
      // What the server's own hashes say is the same does not travel.
      assertThat(next.manifest().totals().bytesRead())
          .isLessThan(full.manifest().totals().bytesRead() / 2);
      assertComesBack(PostgresMajor.newest(), next.manifest().id(), stillContent(server));
    }
  }

  @Test
  void aQuietStandbyCanBeTheSource() {
    PostgresMajor major = PostgresMajor.V17;
    try (TestCluster primary = TestCluster.of(major).start();
        TestCluster standby = primary.standby()) {
      grantWhatIsAskedFor(primary);
      primary.sql("CREATE TABLE still AS SELECT g, md5(g::text) m FROM generate_series(1, 5000) g");
      standby.awaitReplayOf(primary);
      BackupOutcome outcome = backUp(standby, change -> {});
      assertThat(outcome.details().window().fromStandby()).isTrue();
      assertComesBack(major, outcome.manifest().id(), stillContent(primary));
    }
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void whatIsDroppedMeanwhileIsLeftOut(PostgresMajor major) {
    try (TestCluster server = TestCluster.of(major).start()) {
      grantWhatIsAskedFor(server);
      server.sql("CREATE TABLE still AS SELECT g, md5(g::text) m FROM generate_series(1, 5000) g");
      Map<String, Fingerprint> quiet = stillContent(server);
      BackupOutcome outcome;
      try (Churn churn = new Churn(server)) {
        churn.awaitRounds(1);
        outcome = backUp(server, change -> change.bytesPerSecond = 20 << 20);
        churn.awaitRounds(1);
      }
      assertComesBack(major, outcome.manifest().id(), quiet);
    }
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void whoLacksAGrantIsToldWhichBeforeAnythingHappens(PostgresMajor major) {
    try (TestCluster server = TestCluster.of(major).start()) {
      server.sql("CREATE ROLE keeper LOGIN REPLICATION", "GRANT pg_monitor TO keeper");
      assertThatThrownBy(() -> backUp(server, change -> {}))
          .isInstanceOfSatisfying(
              PostgresException.class,
              e -> {
                assertThat(e).hasMessageContaining("may not read files");
                assertThat(e.hint().orElse(""))
                    .contains("GRANT EXECUTE ON FUNCTION pg_ls_dir(text, boolean, boolean),")
                    .contains("pg_read_binary_file(text, bigint, bigint, boolean) TO keeper;");
              });
      assertThat(rig.cluster.backupIds()).isEmpty();
      assertThat(server.log()).doesNotContain("checkpoint starting: immediate force");
      assertNobodyIsLeft(server);
    }
  }

  @Test
  void aReaderWhoseSessionEndsEndsTheBackup() throws Exception {
    try (TestCluster server = TestCluster.of(PostgresMajor.newest()).start()) {
      grantWhatIsAskedFor(server);
      server.sql(
          "CREATE TABLE still AS SELECT g, repeat(md5(g::text), 20) m"
              + " FROM generate_series(1, 50000) g");
      Thread killer =
          Thread.ofPlatform()
              .start(() ->
                  server.await(
                      "SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity"
                          + " WHERE application_name = 'holdfast-reader'"
                          + " AND query LIKE '%pg_read_binary_file(p.path%'"));
      assertThatThrownBy(() -> backUp(server, change -> change.bytesPerSecond = 4 << 20))
          .isInstanceOf(PostgresException.class);
      killer.join();
      assertThat(rig.cluster.backupIds()).isEmpty();
      assertNobodyIsLeft(server);
    }
  }

  @Test
  void configurationOutOfReachIsNoted() throws Exception {
    try (TestCluster server = TestCluster.of(PostgresMajor.newest()).create()) {
      Path hba = rig.newDirectory("etc").resolve("pg_hba.conf");
      Files.copy(server.dataDirectory().resolve("pg_hba.conf"), hba);
      io.holdfast.embedded.ServerAccount.current().own(hba);
      server.configure("hba_file", hba.toString());
      server.start();
      grantWhatIsAskedFor(server);

      BackupOutcome outcome = backUp(server, change -> {});

      assertThat(outcome.details().configFiles()).isEmpty();
      assertThat(outcome.details().notes())
          .anySatisfy(note -> assertThat(note).contains(hba.toString()).contains("without it"));
    }
  }

  private static TestCluster server(PostgresMajor major, Path elsewhere) {
    TestCluster server =
        TestCluster.of(major)
            .setting("allow_in_place_tablespaces", "on")
            .setting("autovacuum", "off")
            .start();
    server.sql(
        "CREATE TABLESPACE beside LOCATION '" + elsewhere + "'",
        "CREATE TABLESPACE inplace LOCATION ''",
        "CREATE TABLE still AS SELECT g, md5(g::text) m FROM generate_series(1, 50000) g",
        "CREATE TABLE still_beside TABLESPACE beside AS SELECT g FROM generate_series(1, 9000) g",
        "CREATE TABLE still_inplace TABLESPACE inplace AS SELECT g FROM generate_series(1, 9000) g",
        "CREATE UNLOGGED TABLE quick AS SELECT g FROM generate_series(1, 5000) g");
    return server;
  }

  private static ConnectionSettings keeper(TestCluster server) {
    return ConnectionSettings.parse(server.conninfo()).with("user", "keeper");
  }

  private static void grantWhatIsAskedFor(TestCluster server) {
    server.sql("CREATE ROLE keeper LOGIN");
    try (ServerSession session = ServerSession.connect(keeper(server))) {
      List<Requirement> missing = new ArrayList<>(session.missingRequirements(""));
      missing.addAll(session.missingForFiles());
      missing.stream()
          .filter(Requirement::severe)
          .filter(requirement -> !requirement.fix().startsWith("Add to"))
          .forEach(requirement -> server.sql(requirement.fix()));
    }
    assertThat(server.query("SELECT rolsuper FROM pg_roles WHERE rolname = 'keeper'"))
        .isEqualTo("f");
  }

  private BackupOutcome backUp(TestCluster server, Consumer<BackupRequest.Change> changes) {
    return PhysicalBackup.run(
        rig.cluster,
        BackupRequest.of(keeper(server)).but(change -> change.overSql = true).but(changes),
        rig.progress,
        InstantSource.system());
  }

  private static Map<String, Fingerprint> stillContent(TestCluster server) {
    Map<String, Fingerprint> all = ClusterContent.fingerprints(server);
    all.keySet().removeIf(name -> !name.startsWith("postgres/public.still"));
    assertThat(all).isNotEmpty();
    return all;
  }

  private void assertComesBack(PostgresMajor major, BackupId id, Map<String, Fingerprint> still) {
    Map<String, StoredFile> files = rig.files(id);
    assertThat(files)
        .hasEntrySatisfying("PG_VERSION", file -> assertThat(file.mode()).isEqualTo(0600))
        .hasEntrySatisfying("base", file -> assertThat(file.mode()).isEqualTo(0700));
    PhysicalDetails details = PhysicalDetails.of(rig.cluster.open(id).manifest());
    Path moved = rig.newDirectory("moved");
    Path data = rig.materialise(id, location -> moved.resolve("at").toString());
    assertThat(details.parsedControl().systemIdentifier())
        .isEqualTo(details.server().systemIdentifier());
    try (TestCluster copy = TestCluster.over(major, data)) {
      copy.start();
      copy.await("SELECT NOT pg_is_in_recovery()");
      // The end of the backup may lie within a DROP DATABASE: what is left can only be dropped.
      copy.rows("SELECT datname FROM pg_database WHERE datconnlimit = -2")
          .forEach(row -> copy.sql("DROP DATABASE " + row.getFirst()));
      assertThat(stillContent(copy)).isEqualTo(still);
      assertThat(ClusterContent.damage(copy)).isEmpty();
    }
  }

  private static void assertNobodyIsLeft(TestCluster server) {
    server.await(
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name LIKE 'holdfast%'");
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("backup-"));
  }

  private static void ended(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Databases and tables that come and go. */
  private static final class Churn implements AutoCloseable {
    private final TestCluster server;
    private final Thread thread;
    private volatile boolean over;
    private final AtomicInteger rounds = new AtomicInteger();

    Churn(TestCluster server) {
      this.server = server;
      this.thread = Thread.ofPlatform().start(this::run);
    }

    private void run() {
      while (!over) {
        server.sql("CREATE DATABASE passing", "CREATE TABLE passing (i int)", "DROP TABLE passing");
        server.sql("DROP DATABASE passing WITH (FORCE)");
        rounds.incrementAndGet();
      }
    }

    void awaitRounds(int more) {
      int end = rounds.get() + more;
      while (rounds.get() < end) {
        Thread.onSpinWait();
        if (!thread.isAlive()) {
          throw new AssertionError("the churn ended");
        }
      }
    }

    @Override
    public void close() {
      over = true;
      ended(thread);
    }
  }

  /** What this process holds open below a directory, looked at again and again. */
  private static final class OpenFiles implements AutoCloseable {
    private final Path directory;
    private final Set<Path> seen = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean over;

    private OpenFiles(Path directory) {
      this.directory = directory;
      this.thread = Thread.ofPlatform().start(this::run);
    }

    static OpenFiles below(Path directory) {
      return new OpenFiles(directory);
    }

    private void run() {
      while (!over) {
        look();
      }
    }

    private void look() {
      try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
        for (Path link : open) {
          try {
            Path file = Files.readSymbolicLink(link);
            if (file.startsWith(directory)) {
              seen.add(file);
            }
          } catch (IOException e) {
            // closed meanwhile
          }
        }
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    Set<Path> seen() {
      return Set.copyOf(seen);
    }

    @Override
    public void close() {
      over = true;
      ended(thread);
    }
  }
}
