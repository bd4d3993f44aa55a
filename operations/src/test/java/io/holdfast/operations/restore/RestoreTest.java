package io.holdfast.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.Lsn;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.ClusterContent.Fingerprint;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TestClusterBuilder;
import io.holdfast.testkit.TpcbLoad;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.nio.file.Files;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(300)
class RestoreTest {
  /** What the source held, and the ways to name that point. */
  private record Point(
      String name, Map<String, Fingerprint> content, Instant time, Lsn lsn, long xid) {
    RecoveryTarget moment() {
      return new RecoveryTarget.Moment(time, true, Optional.empty());
    }
  }

  /** Nothing else writes meanwhile. */
  private static Point mark(TestCluster source, String name) {
    source.sql("INSERT INTO marks VALUES ('" + name + "')");
    String xid = source.query("SELECT xmin FROM marks WHERE name = '" + name + "'");
    Map<String, Fingerprint> content = ClusterContent.fingerprints(source);
    Lsn lsn = Lsn.parse(source.query("SELECT pg_create_restore_point('" + name + "')"));
    Instant time =
        Instant.parse(
            source.query(
                "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                    + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
    return new Point(name, content, time, lsn, Long.parseLong(xid));
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void everyKindOfTargetGivesBackExactlyWhatTheSourceHadThen(PostgresMajor major) throws Exception {
    try (Scene scene = new Scene(major, o -> varied(major, o))) {
      TestCluster source = scene.source;
      TpcbLoad.prepare(source, 2);
      source.sql("CREATE TABLE marks (name text)", "CREATE DATABASE \"Zweite \"\"DB\"\"\"");
      source.sqlIn("Zweite \"DB\"", "CREATE TABLE \"größe\" AS SELECT generate_series(1, 500) a");
      try (TpcbLoad load = TpcbLoad.start(source, 2)) {
        load.awaitCommits(50);
        scene.backup();
        load.stop();
      }
      Point one = mark(source, "one");
      source.sql("DELETE FROM history", "DROP TABLE tellers");
      Point two = mark(source, "two");
      source.sql("INSERT INTO marks VALUES ('three')");
      Map<String, Fingerprint> end = ClusterContent.fingerprints(source);
      scene.exportWal();

      check(scene, new RecoveryTarget.Latest(), end);
      check(scene, one.moment(), one.content());
      check(scene, two.moment(), two.content());
      check(scene, new RecoveryTarget.Position(one.lsn(), true), one.content());
      check(scene, new RecoveryTarget.Transaction(one.xid(), true), one.content());
      check(scene, new RecoveryTarget.Named("two"), two.content());
    }
  }

  /** Each version with something else than usual. */
  private static TestClusterBuilder varied(PostgresMajor major, TestClusterBuilder options) {
    return switch (major) {
      case V14 -> options.walSegmentMegabytes(1).checksums(false);
      case V15 -> options.checksums(true);
      case V16 -> options.walSegmentMegabytes(64);
      case V17 -> options.setting("summarize_wal", "on").setting("wal_compression", "on");
      case V18 -> options;
    };
  }

  private static void check(Scene scene, RecoveryTarget target, Map<String, Fingerprint> expected)
      throws Exception {
    RestoreRequest request = scene.to("restored").at(target).build();
    scene.run(request);
    try (TestCluster restored = scene.started(request.directory())) {
      assertThat(ClusterContent.fingerprints(restored)).as(target.toString()).isEqualTo(expected);
      if (target instanceof RecoveryTarget.Latest) {
        assertThat(ClusterContent.damage(restored)).isEmpty();
      }
      assertThat(restored.query("SHOW archive_mode")).isEqualTo("off");
    }
    Tree.delete(request.directory());
  }

  @ParameterizedTest
  @EnumSource(names = "V18")
  void aTargetThatCannotBeReachedIsRefusedWithWhatCan(PostgresMajor major) throws Exception {
    try (Scene scene = new Scene(major, o -> o)) {
      scene.source.sql("CREATE TABLE marks (name text)");
      scene.backup();
      Point point = mark(scene.source, "one");
      scene.exportWal();

      assertThatThrownBy(() ->
              scene
                  .restore()
                  .plan(
                      scene
                          .to("x")
                          .at(RecoveryTarget.parse("2030-01-01 00:00Z", ZoneOffset.UTC, false))
                          .build(),
                      Progress.NONE))
          .isInstanceOfSatisfying(
              HoldfastException.class,
              e -> {
                assertThat(e.status()).isEqualTo(ExitStatus.REFUSED);
                assertThat(e).hasMessageContaining("needs a later one");
                assertThat(e.hint()).get().asString().contains("What can be restored: along");
              });
      assertThatThrownBy(() ->
              scene
                  .restore()
                  .plan(
                      scene.to("x").at(new RecoveryTarget.Named("nowhere")).build(), Progress.NONE))
          .hasMessageContaining("nowhere");
      assertThat(point.lsn()).isNotNull();
      assertThat(Files.exists(scene.place("x"))).isFalse();
    }
  }
}
