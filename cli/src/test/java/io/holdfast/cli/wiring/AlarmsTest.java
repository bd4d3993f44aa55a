package io.holdfast.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.holdfast.notifications.OpenIncident;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Run;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.scheduling.Turn;
import io.holdfast.service.Job;
import io.holdfast.settings.Settings;
import io.holdfast.settings.SettingsFile;
import io.holdfast.storage.Storages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of runs at a receiver on loopback. */
final class AlarmsTest {
  private static final Instant NOW = Instant.parse("2026-11-27T02:00:00Z");

  @TempDir Path home;

  private final Queue<String> received = new ConcurrentLinkedQueue<>();

  @SuppressWarnings("NullAway.Init")
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          received.add(
              exchange.getRequestURI().getPath() + " " + new String(body, StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    String address = "http://127.0.0.1:" + server.getAddress().getPort();
    secret("hook", address + "/hook");
    secret("key", "a-ping-key");
    Files.writeString(
        home.resolve("holdfast.yaml"),
        """
        repository: { path: repository, encryption: none }
        clusters: { main: { connection: host=/nowhere } }
        schedules: { nightly: { run: check, when: daily 02:00, retries: 0 } }
        notifications:
          channels:
            hook: { webhook: { url-file: hook } }
            outside: { healthchecks: { ping-key-file: key, server: "%s" } }
        """
            .formatted(address));
  }

  private void secret(String name, String text) throws IOException {
    Path file = Files.writeString(home.resolve(name), text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** Everything that is told of what happens, until it is closed. */
  private List<String> told(Consumer<Alarms> happening) {
    Settings settings = SettingsFile.load(home.resolve("holdfast.yaml"));
    InstantSource clock = () -> NOW;
    try (Repository repository =
            Repository.create(Storages.memory("alarms"), new KeySource.None(), "", clock);
        Alarms alarms = Alarms.start(settings, repository, clock)) {
      happening.accept(alarms);
    }
    return List.copyOf(received);
  }

  private Job nightly() {
    return Jobs.of(SettingsFile.load(home.resolve("holdfast.yaml"))).getFirst();
  }

  private static Run run(JobName job, int attempt, Outcome outcome, int status) {
    return new Run(
        job, NOW, NOW, NOW, attempt, 0, outcome, status, "", "db1", "", "holdfast: no", "12345678");
  }

  @Test
  void aFailureThatWasDueIsTold() {
    Job job = nightly();
    List<String> told =
        told(alarms -> {
          alarms.began(job, new Turn.Now(NOW, 1, 0), "12345678");
          alarms.ended(job, run(job.name(), 1, Outcome.NO, 1));
        });

    assertThat(told)
        .anyMatch(each -> each.startsWith("/hook") && each.contains("Schedule nightly/main"))
        .anyMatch(each -> each.contains("holdfast-main-nightly/1"));
  }

  @Test
  void whatWasToldOfAScheduleThatIsGoneIsOver() throws IOException {
    Path file = home.resolve("holdfast.yaml");
    Job job = nightly();
    try (Repository repository =
        Repository.create(Storages.memory("gone"), new KeySource.None(), "", () -> NOW)) {
      Settings before = SettingsFile.load(file);
      try (Alarms alarms = Alarms.start(before, repository, () -> NOW)) {
        alarms.ended(job, run(job.name(), 1, Outcome.NO, 1));
      }
      assertThat(open(before, repository)).allMatch(each -> each.quietSince().isEmpty()).hasSize(1);
      InstantSource later = () -> NOW.plusSeconds(3600);
      Alarms.start(before, repository, later).close();
      assertThat(open(before, repository)).allMatch(each -> each.quietSince().isEmpty()).hasSize(1);

      Files.writeString(file, Files.readString(file).replaceAll("schedules: .*\n", ""));
      Settings after = SettingsFile.load(file);
      Alarms.start(after, repository, later).close();
      assertThat(open(after, repository)).noneMatch(each -> each.quietSince().isEmpty());
    }
  }

  private static List<OpenIncident> open(Settings settings, Repository repository) {
    return OpenIncident.of(Announcements.incidents(settings, repository), "main");
  }

  /** It is answered to whoever began it, by command or through the API. */
  @Test
  void aFailureByHandIsToldToNobody() {
    Job job = nightly();
    List<String> told =
        told(alarms -> {
          alarms.began(job, new Turn.Now(NOW, 0, 0), "12345678");
          alarms.ended(job, run(job.name(), 0, Outcome.NO, 1));
        });

    assertThat(told).isEmpty();
  }

  @Test
  void ofASuccessByHandTheWatcherIsTold() {
    Job job = nightly();
    List<String> told =
        told(alarms -> {
          alarms.began(job, new Turn.Now(NOW, 0, 0), "12345678");
          alarms.ended(job, run(job.name(), 0, Outcome.DONE, 0));
        });

    assertThat(told).singleElement().asString().contains("holdfast-main-nightly ");
  }

  @Test
  void whatNobodyRanIsNoRunByHand() {
    Job job = nightly();
    List<String> told = told(alarms -> alarms.ended(job, run(job.name(), 0, Outcome.MISSED, -1)));

    assertThat(told).anyMatch(each -> each.startsWith("/hook") && each.contains("did not run"));
  }
}
