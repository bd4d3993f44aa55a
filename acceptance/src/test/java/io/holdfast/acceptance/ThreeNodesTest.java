package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Three nodes that share work through a database. One is frozen in the middle of a backup, one is
 * killed, then the database goes: every moment runs once all the same, and the sleeper can announce
 * nothing.
 */
@Timeout(value = 12, unit = TimeUnit.MINUTES)
final class ThreeNodesTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;

  @Test
  void whateverBecomesOfTheNodesEveryMomentRunsOnce() throws Exception {
    try (TestCluster source = TestCluster.of(PostgresMajor.newest()).start();
        TestCluster shared = TestCluster.of(PostgresMajor.newest()).start()) {
      Scene scene = scene(source, shared);
      try (Node one = Node.start(scene, "one");
          Node two = Node.start(scene, "two");
          Node three = Node.start(scene, "three")) {
        List<Node> all = List.of(one, two, three);
        await(() -> all.stream().anyMatch(node -> node.isRunning("often")));
        // Taken when a backup begins; reading what there is takes ten seconds at that rate.
        Path underWay = scene.at("repository/clusters/main/leases/backup.json");
        await(() -> Files.exists(underWay));
        Node sleeper = only(all, node -> node.isRunning("often"));
        sleeper.freeze();

        await(() -> !done(scene).isEmpty());
        List<Node> awake = all.stream().filter(node -> node != sleeper).toList();
        Node dead = awake.getFirst();
        Node left = awake.getLast();
        dead.kill();
        await(() -> left.says("note", "is received here"));
        int before = done(scene).size();
        await(() -> done(scene).size() > before);

        sleeper.wake();
        await(() -> !sleeper.isRunning("often"));
        assertThat(sleeper.events("run.done")).as("what it slept through").isEmpty();

        shared.stop();
        await(() -> left.says("trouble", "could not use the database"));
        int without = done(scene).size();
        await(() -> done(scene).size() > without);
        shared.start();
        await(() -> left.events("trouble.over").size() >= 1);
        assertThat(left.stop()).isTrue();
        assertThat(sleeper.stop()).isTrue();
      }

      assertRanOnce(scene);
      assertThat(scene.run("verify", "--read-data").status()).isZero();
      assertThat(scene.succeed("status")).doesNotContain("except");
    }
  }

  private Scene scene(TestCluster source, TestCluster shared) throws Exception {
    Scene scene = new Scene(folder, source);
    Files.writeString(
        scene.at("holdfast.yaml"),
        """
            backup: { read-rate-limit: 3MiB }
        schedules:
          often: { run: backup, when: every 1m, retries: 5, retry-after: 5s }
        service:
          nodes: { connection: "%s" }
        """
            .formatted(shared.conninfo()),
        StandardOpenOption.APPEND);
    scene.succeed("init", "--non-interactive");
    return scene;
  }

  private static Node only(List<Node> nodes, java.util.function.Predicate<Node> which) {
    List<Node> found = nodes.stream().filter(which).toList();
    assertThat(found).extracting(Node::name).as("running it").hasSize(1);
    return found.getFirst();
  }

  private static List<JsonNode> done(Scene scene) {
    String printed = scene.succeed("schedule", "log", "often", "--last", "50", "--json");
    return JSON.readTree(printed)
        .path("runs")
        .valueStream()
        .filter(run -> run.path("outcome").asString().equals("done"))
        .toList();
  }

  /** As many backups as runs that were done, each of another moment. */
  private static void assertRanOnce(Scene scene) {
    List<JsonNode> done = done(scene);
    Set<String> moments = new HashSet<>();
    done.forEach(
        run -> assertThat(moments.add(run.path("due").asString())).as("once: %s", run).isTrue());
    JsonNode backups = JSON.readTree(scene.succeed("backups", "list", "--json")).path("backups");
    assertThat(backups.size()).isEqualTo(done.size());
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(300);
    }
  }
}
