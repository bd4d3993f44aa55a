package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two processes with one configuration: what is due runs once, and one that dies is replaced. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
final class ServeTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration LOOK = Duration.ofMillis(300);

  @TempDir Path folder;

  @Test
  void whatIsDueRunsOnceAndADeadNodeIsReplaced() throws Exception {
    try (TestCluster source = TestCluster.of(PostgresMajor.newest()).start()) {
      Scene scene = new Scene(folder, source);
      HookServer hook = HookServer.start();
      Path url = Files.writeString(folder.resolve("hook"), hook.address() + "\n");
      Files.setPosixFilePermissions(url, PosixFilePermissions.fromString("rw-------"));
      Files.writeString(
          scene.at("holdfast.yaml"),
          """
          schedules:
            often: { run: backup, when: every 1m }
            wrong: { run: backup --kind files, when: every 1m }
          notifications:
            channels:
              hook: { webhook: { url-file: hook } }
          """,
          StandardOpenOption.APPEND);
      scene.succeed("init", "--non-interactive");
      assertThat(scene.succeed("schedule", "list")).contains("often").contains("never");
      Process one = scene.start("one.log", "serve");
      Process two = scene.start("two.log", "serve");
      try {
        await(() -> says("one.log", "is received here") || says("two.log", "is received here"));
        await(() -> !runs(scene, "often").isEmpty() && !runs(scene, "wrong").isEmpty());
        await(() -> !hook.bodies().isEmpty());
        boolean first = says("one.log", "is received here");
        Process receiving = first ? one : two;
        Process other = first ? two : one;

        receiving.destroyForcibly().waitFor();

        await(() -> says(first ? "two.log" : "one.log", "is received here"));
        await(() -> runs(scene, "often").size() >= 2 && runs(scene, "wrong").size() >= 2);
        other.destroy();
        assertThat(other.waitFor(90, TimeUnit.SECONDS)).isTrue();
      } finally {
        one.destroyForcibly();
        two.destroyForcibly();
      }

      assertRanOnce(runs(scene, "often"), "done");
      assertRanOnce(runs(scene, "wrong"), "refused");
      assertThat(hook.bodies())
          .as("one incident, told once")
          .filteredOn(body -> body.contains("wrong"))
          .singleElement()
          .asString()
          .contains("names no directories");
      hook.close();
      assertThat(scene.succeed("status")).contains("INCIDENT", "Schedule wrong/main");
      assertThat(scene.run("schedule", "list").status()).isEqualTo(1);
      assertThat(scene.succeed("schedule", "log", "wrong")).contains("names no directories");
      assertThat(source.query("SELECT count(*) FROM pg_replication_slots WHERE active"))
          .isEqualTo("0");
      assertThat(scene.run("verify", "--read-data").status()).isZero();
      source.await(
          "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name LIKE 'holdfast%'");
    }
  }

  @Test
  void prometheusIsAnsweredWhileItServes() throws Exception {
    try (TestCluster source = TestCluster.of(PostgresMajor.newest()).start()) {
      Scene scene = new Scene(folder, source);
      int port = HookServer.freePort();
      Files.writeString(
          scene.at("holdfast.yaml"),
          "service: { metrics: { listen: 127.0.0.1:%d, every: 10s } }\n".formatted(port),
          StandardOpenOption.APPEND);
      scene.succeed("init", "--non-interactive");
      scene.succeed("backup", "main");
      Path loaded = folder.resolve("loaded");
      Process serve =
          scene.start(
              Map.of("HOLDFAST_JAVA_OPTS", "-Xlog:class+load:file=" + loaded),
              "serve.log",
              "serve");
      try {
        URI address = URI.create("http://127.0.0.1:" + port);
        await(() -> HookServer.get(address.resolve("/readyz")).startsWith("200"));
        await(() ->
            HookServer.get(address.resolve("/metrics"))
                .contains("holdfast_look_success{cluster=\"main\"} 1"));
        assertThat(HookServer.get(address.resolve("/metrics")))
            .contains("holdfast_backup_last")
            .doesNotContain(Scene.PASSPHRASE);
        assertThat(Files.readString(loaded))
            .as("nobody asked for telemetry")
            .contains("io.holdfast.cli.wiring.Monitoring")
            .doesNotContain("io.opentelemetry");
      } finally {
        serve.destroy();
        assertThat(serve.waitFor(90, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  void aPausedScheduleRunsByHandAlone() throws Exception {
    try (TestCluster source = TestCluster.of(PostgresMajor.newest()).start()) {
      Scene scene = new Scene(folder, source);
      Files.writeString(
          scene.at("holdfast.yaml"),
          "schedules: { nightly: { run: backup, when: daily 02:00 } }\n",
          StandardOpenOption.APPEND);
      scene.succeed("init", "--non-interactive");

      scene.succeed("schedule", "pause", "nightly");
      assertThat(scene.succeed("schedule", "list")).contains("paused");
      scene.succeed("schedule", "run", "nightly");
      assertThat(runs(scene, "nightly"))
          .singleElement()
          .satisfies(run -> {
            assertThat(run.path("outcome").asString()).isEqualTo("done");
            assertThat(run.path("attempt").asInt()).isZero();
          });
      assertThat(scene.succeed("backups", "list")).contains("physical");
      scene.succeed("schedule", "resume", "nightly");
      assertThat(scene.succeed("schedule", "list")).doesNotContain("paused");
      assertThat(scene.run("schedule", "resume", "nightly").status()).isEqualTo(2);
      assertThat(scene.run("schedule", "run", "weekly").err()).contains("nightly/main");
      assertTelemetryIsSent(scene);
    }
  }

  @Test
  void aCheckThatFailsLeavesWhy() throws Exception {
    try (TestCluster source = TestCluster.of(PostgresMajor.newest()).start()) {
      Scene scene = new Scene(folder, source);
      Files.writeString(
          scene.at("holdfast.yaml"),
          "schedules: { gate: { run: check --max-age 1h, when: daily 03:00 } }\n",
          StandardOpenOption.APPEND);
      scene.succeed("init", "--non-interactive");

      assertThat(scene.run("schedule", "run", "gate").status()).isEqualTo(1);

      assertThat(scene.succeed("schedule", "log", "gate")).contains("NOT MET");
    }
  }

  /** By OTLP, of which the names can be read as they are. */
  private static void assertTelemetryIsSent(Scene scene) throws Exception {
    try (HookServer receiver = HookServer.start()) {
      String address = URI.create(receiver.address()).resolve("/").toString();
      Process serve =
          scene.start(
              Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", address, "OTEL_METRIC_EXPORT_INTERVAL", "1000"),
              "telemetry.log",
              "serve");
      try {
        await(() ->
            receiver.bodies().stream()
                .anyMatch(body ->
                    body.contains("service.name") && body.contains("holdfast_job_last_outcome")));
      } finally {
        serve.destroy();
        assertThat(serve.waitFor(90, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  private static void assertRanOnce(List<JsonNode> runs, String outcome) {
    Set<String> due = new HashSet<>();
    for (JsonNode run : runs) {
      if (run.path("outcome").asString().equals("interrupted")) {
        continue;
      }
      assertThat(run.path("outcome").asString()).as("%s", run).isEqualTo(outcome);
      assertThat(due.add(run.path("due").asString())).as("once: %s", run).isTrue();
    }
    assertThat(due).hasSizeGreaterThanOrEqualTo(2);
  }

  private static List<JsonNode> runs(Scene scene, String schedule) {
    String printed = scene.succeed("schedule", "log", schedule, "--last", "50", "--json");
    return JSON.readTree(printed).path("runs").valueStream().toList();
  }

  private boolean says(String log, String words) {
    try {
      return Files.readString(folder.resolve(log)).contains(words);
    } catch (IOException e) {
      return false;
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
    }
  }
}
