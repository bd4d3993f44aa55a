package io.holdfast.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.Progress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class RestoreTimelinesTest {
  private static Instant mark(TestCluster server, String name) {
    server.sql("INSERT INTO marks VALUES ('" + name + "')");
    server.query("SELECT pg_create_restore_point('" + name + "')");
    return Instant.parse(
        server.query(
            "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
  }

  private static RecoveryTarget at(Instant time) {
    return new RecoveryTarget.Moment(time, true, Optional.empty());
  }

  private static void check(Scene scene, RestoreRequest.Builder request, String expected)
      throws Exception {
    Path directory = request.build().directory();
    scene.run(request.build());
    try (TestCluster restored = scene.started(directory)) {
      assertThat(restored.query("SELECT string_agg(name, ' ' ORDER BY name) FROM marks"))
          .isEqualTo(expected);
    }
    Tree.delete(directory);
  }

  @Test
  void afterARecoveryBothTheLivingAndTheDiscardedTimelineCanBeRestored() throws Exception {
    try (Scene scene = new Scene(PostgresMajor.newest(), o -> o)) {
      scene.source.sql("CREATE TABLE marks (name text)");
      scene.backup();
      Instant a = mark(scene.source, "a");
      mark(scene.source, "b");
      Instant c = mark(scene.source, "c");
      mark(scene.source, "d");
      scene.exportWal();
      scene.source.stop();

      RestoreRequest takeOver =
          scene.to("successor").at(new RecoveryTarget.Named("b")).takeOver(true).build();
      scene.run(takeOver);
      try (TestCluster successor = scene.started(takeOver.directory())) {
        scene.receiveFrom(successor);
        Instant e = mark(successor, "e");
        mark(successor, "f");
        scene.exportWalOf(successor);

        check(scene, scene.to("x"), "a b e f");
        check(scene, scene.to("x").at(at(e)), "a b e");
        check(scene, scene.to("x").at(at(a)), "a");
        check(scene, scene.to("x").at(at(c)), "a b c");
        check(scene, scene.to("x").at(new RecoveryTarget.Named("d")), "a b c d");
        check(scene, scene.to("x").onTimeline(OptionalInt.of(1)), "a b c d");
        assertThat(scene.restore().plan(scene.to("x").build(), Progress.NONE).route().timelines())
            .containsExactly(1, 2);
      }
    }
  }
}
