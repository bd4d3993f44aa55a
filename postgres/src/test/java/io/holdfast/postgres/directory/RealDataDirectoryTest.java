package io.holdfast.postgres.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.postgres.PageChecksum.Verdict;
import io.holdfast.postgres.RawPath;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Data directories that servers made, compared with what the servers say of them. */
final class RealDataDirectoryTest {
  private static final String PATHS =
      "SELECT pg_relation_filepath(oid) FROM pg_class"
          + " WHERE relkind IN ('r', 'i', 't', 'S', 'm') AND relpersistence = '%s'";

  @ParameterizedTest
  @EnumSource
  void readsWhatTheServerWrote(PostgresMajor major) throws IOException, SQLException {
    try (TestCluster cluster =
        TestCluster.of(major).checksums(true).directoryName("größe 'x'").start()) {
      Path place = ownedDirectory(cluster, "ts 1");
      cluster.sql(
          "SET allow_in_place_tablespaces = on",
          "CREATE TABLESPACE in_place LOCATION ''",
          "CREATE TABLE in_place TABLESPACE in_place AS SELECT generate_series(1, 1000) i",
          "CREATE TABLESPACE linked LOCATION '" + place + "'",
          "CREATE TABLE in_linked TABLESPACE linked AS SELECT generate_series(1, 1000) i",
          "CREATE TABLE plain AS SELECT i, md5(i::text) FROM generate_series(1, 5000) i",
          "CREATE INDEX ON plain (i)",
          "CREATE UNLOGGED TABLE unlogged AS SELECT i FROM generate_series(1, 5000) i",
          "VACUUM plain, unlogged",
          "CHECKPOINT");
      DataDirectory directory = DataDirectory.open(cluster.dataDirectory());
      assertThat(directory.postmaster()).contains(cluster.pid());
      assertControl(cluster, directory.control());
      assertWalk(cluster, directory);

      cluster.stop();
      assertThat(directory.postmaster()).isEmpty();
      assertThat(directory.control().state()).isEqualTo(ControlFile.State.SHUT_DOWN);
      assertPages(directory, directory.control());
    }
  }

  @Test
  void readsAClusterWithoutChecksumsAndWithLargeSegments() throws IOException {
    try (TestCluster cluster =
        TestCluster.of(PostgresMajor.newest()).checksums(false).walSegmentMegabytes(64).start()) {
      ControlFile control = DataDirectory.open(cluster.dataDirectory()).control();
      assertThat(control.checksummed()).isFalse();
      assertThat(control.walSegmentSize()).isEqualTo(64 << 20);
    }
  }

  @Test
  void knowsAStandby() {
    try (TestCluster primary = TestCluster.of(PostgresMajor.V16).start();
        TestCluster standby = primary.standby()) {
      standby.awaitReplayOf(primary);
      DataDirectory directory = DataDirectory.open(standby.dataDirectory());
      assertThat(directory.control().state()).isEqualTo(ControlFile.State.IN_ARCHIVE_RECOVERY);
      assertThat(directory.control().minRecoveryPoint()).isGreaterThan(new Lsn(0));
      assertThat(directory.control().minRecoveryTimeline()).isEqualTo(1);
      List<String> paths = new ArrayList<>();
      directory.walk(entry -> paths.add(entry.path()));
      assertThat(paths).contains("PG_VERSION").doesNotContain("standby.signal");
    }
  }

  private static void assertControl(TestCluster cluster, ControlFile control) {
    assertThat(
            List.of(
                Long.toUnsignedString(control.systemIdentifier()),
                "" + control.controlVersion(),
                "" + control.catalogVersion()))
        .isEqualTo(
            cluster
                .rows(
                    "SELECT system_identifier, pg_control_version, catalog_version_no"
                        + " FROM pg_control_system()")
                .getFirst());
    assertThat(List.of(control.checkpoint().toString(), control.redo().toString(), "1"))
        .isEqualTo(
            cluster
                .rows("SELECT checkpoint_lsn, redo_lsn, timeline_id FROM pg_control_checkpoint()")
                .getFirst());
    assertThat("" + control.checkpointTime())
        .isEqualTo(
            cluster.query(
                "SELECT extract(epoch FROM checkpoint_time)::bigint FROM pg_control_checkpoint()"));
    assertThat(
            List.of(
                "" + control.blockSize(),
                "" + control.blocksPerSegment(),
                "" + control.walBlockSize(),
                "" + control.walSegmentSize(),
                "" + control.dataChecksumVersion()))
        .isEqualTo(
            cluster
                .rows(
                    "SELECT database_block_size, blocks_per_segment, wal_block_size,"
                        + " bytes_per_wal_segment, data_page_checksum_version"
                        + " FROM pg_control_init()")
                .getFirst());
    assertThat("" + control.maxConnections()).isEqualTo(cluster.query("SHOW max_connections"));
    assertThat("" + control.maxWalSenders()).isEqualTo(cluster.query("SHOW max_wal_senders"));
    assertThat("" + control.maxWorkerProcesses())
        .isEqualTo(cluster.query("SHOW max_worker_processes"));
    assertThat("" + control.maxPreparedTransactions())
        .isEqualTo(cluster.query("SHOW max_prepared_transactions"));
    assertThat("" + control.maxLocksPerTransaction())
        .isEqualTo(cluster.query("SHOW max_locks_per_transaction"));
    assertThat(control.walLevel()).isEqualTo(1); // replica
    assertThat(control.state()).isEqualTo(ControlFile.State.IN_PRODUCTION);
    assertThat(control.timeline()).isEqualTo(1);
  }

  private static void assertWalk(TestCluster cluster, DataDirectory directory)
      throws IOException, SQLException {
    try (Connection connection = cluster.connect();
        Statement session = connection.createStatement()) {
      session.execute("CREATE TEMP TABLE temporary AS SELECT generate_series(1, 1000) i");
      List<Entry> entries = new ArrayList<>();
      List<String> remarks = new ArrayList<>();
      directory.walk(entries::add, remarks::add);
      assertThat(remarks).isEmpty();
      Set<String> paths = new HashSet<>(entries.stream().map(Entry::path).toList());
      assertThat(paths).hasSameSizeAs(entries);

      assertThat(paths).containsAll(column(cluster, PATHS.formatted("p")));
      List<String> unlogged = column(cluster, PATHS.formatted("u"));
      assertThat(unlogged).isNotEmpty();
      for (String path : unlogged) {
        assertThat(paths).contains(path + "_init");
        assertThat(paths).doesNotContain(path, path + "_fsm", path + "_vm");
      }
      assertThat(paths).noneMatch(path -> path.matches(".*/t[0-9]+_.*"));
      assertThat(paths)
          .contains("PG_VERSION", "global/pg_filenode.map", "pg_xact/0000", "pg_wal/archive_status")
          .doesNotContain("global/pg_control", "postmaster.pid", "postmaster.opts");
      assertThat(paths.contains("pg_wal/summaries")).isEqualTo(cluster.major().number() >= 17);
      assertThat(paths).noneMatch(path -> path.matches("pg_wal/[0-9A-F]{24}"));
      for (Entry entry : entries) {
        assertThat(entry.owner()).isEqualTo(Files.getOwner(cluster.dataDirectory()).getName());
      }
      assertNothingForgotten(directory.path(), paths);
    }
  }

  /** What is on disk and not walked must be of a kind we know to leave out. */
  private static void assertNothingForgotten(Path root, Set<String> paths) throws IOException {
    try (var files = Files.walk(root)) {
      List<String> left =
          files
              .map(f -> root.relativize(f).toString())
              .filter(path -> !path.isEmpty() && !paths.contains(path))
              .filter(path -> !path.startsWith("pg_wal/"))
              .toList();
      assertThat(left)
          .allMatch(path ->
              path.matches(
                  "postmaster\\.(pid|opts)|global/pg_control|.*/pg_internal\\.init"
                      + "|base/[0-9]+/([0-9]+(_fsm|_vm)?|t[0-9]+_[0-9]+)"
                      + "|pg_(notify|subtrans|dynshmem|stat_tmp)/.*"));
    }
  }

  private static void assertPages(DataDirectory directory, ControlFile control) {
    Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
    PageChecksum checksum = new PageChecksum();
    directory.walk(entry ->
        entry
            .relation()
            .ifPresent(relation -> {
              byte[] content = content(RawPath.resolve(directory.path(), entry.location()));
              assertThat(content.length % PageChecksum.PAGE).isZero();
              for (int at = 0; at < content.length; at += PageChecksum.PAGE) {
                long block =
                    (long) relation.segment() * control.blocksPerSegment() + at / PageChecksum.PAGE;
                Verdict verdict = checksum.check(content, at, block, null);
                assertThat(verdict)
                    .as("%s block %s", entry.path(), block)
                    .isIn(Verdict.GOOD, Verdict.NEW);
                verdicts.merge(verdict, 1, Integer::sum);
              }
            }));
    assertThat(verdicts.get(Verdict.GOOD)).isGreaterThan(2000);
  }

  private static byte[] content(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<String> column(TestCluster cluster, String sql) {
    return cluster.rows(sql).stream()
        .map(List::getFirst)
        .filter(path -> !path.equals("null"))
        .toList();
  }

  private static Path ownedDirectory(TestCluster cluster, String name) throws IOException {
    Path directory = Files.createDirectory(cluster.dataDirectory().resolveSibling(name));
    PosixFileAttributeView of =
        Files.getFileAttributeView(cluster.dataDirectory(), PosixFileAttributeView.class);
    PosixFileAttributeView view =
        Files.getFileAttributeView(directory, PosixFileAttributeView.class);
    view.setOwner(of.readAttributes().owner());
    view.setGroup(of.readAttributes().group());
    return directory;
  }
}
