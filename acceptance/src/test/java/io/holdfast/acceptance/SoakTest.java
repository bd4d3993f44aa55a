package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptance.Beats.Beat;
import io.holdfast.sftp.OpenSshServer;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The real thing under load, while the server, the network, the store and the service itself are
 * killed again and again. At the end everything is lost but the store, and what was acknowledged
 * must be there at every moment that the repository says it has. {@code -Dholdfast.soak=20m} is the
 * long form; figures go to {@code target/soak.txt}.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
final class SoakTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern BOUND =
      Pattern.compile("(?m)^holdfast_data_loss_bound_seconds\\{cluster=\"main\"} (\\S+)$");

  /** The long form, or one of each disturbance. */
  private static final Duration LASTS =
      Duration.parse("PT" + System.getProperty("holdfast.soak", "0s"));

  private static final long SEED = Long.getLong("holdfast.seed", System.nanoTime());

  private final Random random = new Random(SEED);
  private final Figures figures = new Figures();

  @TempDir Path folder;

  @Test
  void whatWasAcknowledgedIsThereAtEveryMomentThatIsPromised() throws Exception {
    try (OpenSshServer store = OpenSshServer.start();
        TestCluster source = TestCluster.of(PostgresMajor.newest()).start();
        Cable cable = Cable.to(source.port())) {
      Scene scene = new Scene(folder, source);
      int metrics = HookServer.freePort();
      settle(scene, store, source, cable, metrics);
      scene.succeed("init", "--non-interactive");
      List<Beat> beats;
      try (PgbenchLoad load = PgbenchLoad.start(source);
          Beats writer = Beats.start(source);
          Disturbed disturbed =
              new Disturbed(source, cable, store, nth -> Node.start(scene, "serve-" + nth))) {
        // What was written before its slot was there, the server may have removed.
        await(() -> {
          disturbed.supervise();
          return disturbed.serving().says("note", "is received here");
        });
        scene.succeed("backup", "main");
        disturbAndWatch(disturbed, metrics);
        await(() -> {
          disturbed.supervise();
          return bound(metrics) < 5;
        });
        figures.add("reported loss in seconds, at the end", bound(metrics));
        disturbed.loseEverythingButTheStore();
        beats = writer.acknowledged();
        assertThat(load.transactions()).as("under load").isPositive();
        figures.add("transactions of pgbench", (double) load.transactions());
      }
      verifyPromises(scene, source, beats);
    } finally {
      Files.writeString(Path.of("target/soak.txt"), "seed " + SEED + "\n" + figures.report());
    }
  }

  private void disturbAndWatch(Disturbed disturbed, int metrics) throws Exception {
    Instant end = Instant.now().plus(LASTS);
    for (int i = 0; i < Disturbed.KINDS || Instant.now().isBefore(end); i++) {
      watch(disturbed, metrics, Duration.ofSeconds(LASTS.isZero() ? 2 : 5 + random.nextInt(15)));
      disturbed.begin(LASTS.isZero() ? i : random.nextInt(Disturbed.KINDS));
      watch(disturbed, metrics, Duration.ofSeconds(LASTS.isZero() ? 3 : 2 + random.nextInt(20)));
      disturbed.end();
      figures.add("disturbances", i + 1);
    }
  }

  /** Samples what the service says of itself, and what it takes. */
  private void watch(Disturbed disturbed, int metrics, Duration span) throws Exception {
    Instant until = Instant.now().plus(span);
    while (Instant.now().isBefore(until)) {
      disturbed.supervise();
      disturbed.serving().measure(figures);
      double bound = bound(metrics);
      if (bound < Double.MAX_VALUE) {
        figures.add("reported loss in seconds, all the time", bound);
      }
      TimeUnit.MILLISECONDS.sleep(500);
    }
  }

  private static double bound(int port) {
    String text = HookServer.get(URI.create("http://127.0.0.1:" + port + "/metrics"));
    Matcher found = BOUND.matcher(text);
    return found.find() ? Double.parseDouble(found.group(1)) : Double.MAX_VALUE;
  }

  private void verifyPromises(Scene scene, TestCluster source, List<Beat> beats) throws Exception {
    JsonNode status = JSON.readTree(scene.succeed("status", "--json")).path("clusters").path(0);
    JsonNode windows = status.path("windows");
    assertThat(windows.size()).as("no gap: %s", status.path("sentence")).isEqualTo(1);
    Instant from = Instant.parse(windows.path(0).path("from").asString());
    List<Beat> promised = beats.stream().filter(beat -> beat.sent().isAfter(from)).toList();
    assertThat(promised).hasSizeGreaterThan(20);
    int moments = LASTS.isZero() ? 1 : 5;
    for (int i = 0; i < moments; i++) {
      // The last seconds are the loss that is measured below.
      Beat at = promised.get(random.nextInt(promised.size() * 9 / 10));
      List<Long> restored =
          restore(
              scene,
              source,
              "moment-" + i,
              at.acknowledged().truncatedTo(ChronoUnit.MICROS).toString());
      assertThat(restored)
          .as("acknowledged until %s", at)
          .containsAll(beats.stream().map(Beat::id).filter(id -> id <= at.id()).toList())
          .as("nothing of later")
          .allMatch(id -> id <= at.id());
    }
    List<Long> restored = restore(scene, source, "latest", "latest");
    long last = restored.getLast();
    assertThat(restored).containsAll(beats.stream().map(Beat::id).filter(id -> id < last).toList());
    Instant had =
        beats.stream().filter(beat -> beat.id() <= last).toList().getLast().acknowledged();
    figures.add(
        "loss when all was gone, in seconds",
        Duration.between(had, beats.getLast().acknowledged()).toMillis() / 1000.0);
    figures.add("rows acknowledged", beats.size());
    assertThat(scene.run("verify", "--read-data").status()).isZero();
  }

  private static List<Long> restore(Scene scene, TestCluster source, String name, String at)
      throws Exception {
    Path restored = scene.at(name);
    scene.succeed("restore", "main", "--to", restored.toString(), "--at", at, "--start", "--json");
    String pid = Files.readAllLines(restored.resolve("postmaster.pid")).getFirst();
    ProcessHandle server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    server.destroy();
    server.onExit().get(1, TimeUnit.MINUTES);
    try (TestCluster copy = TestCluster.over(source.major(), restored)) {
      copy.start();
      return copy.rows("SELECT id FROM beats ORDER BY id").stream()
          .map(row -> Long.parseLong(row.getFirst()))
          .toList();
    }
  }

  private static void settle(
      Scene scene, OpenSshServer store, TestCluster source, Cable cable, int metrics)
      throws IOException {
    scene.configure(Scene.on(store), source);
    Path file = scene.at("holdfast.yaml");
    String through =
        Files.readString(file).replace("port=" + source.port(), "port=" + cable.port());
    Files.writeString(
        file,
        through
            + """
            schedules:
              often: { run: backup, when: every 2m }
              look: { run: check --max-age 1h, when: every 3m }
            service: { metrics: { listen: 127.0.0.1:%d, every: 10s } }
            """
                .formatted(metrics));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(300);
    }
  }
}
