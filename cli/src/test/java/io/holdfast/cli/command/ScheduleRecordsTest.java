package io.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.command.CommandScene.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What schedules go by can be damaged, and written by hosts whose clocks are wrong. */
final class ScheduleRecordsTest {
  private static final String REMEDY = "holdfast schedule log nightly main --remove-flawed";

  @TempDir Path home;

  private CommandScene scene;

  @BeforeEach
  void begin() throws IOException {
    scene = CommandScene.begin(home);
    Files.writeString(
        home.resolve("holdfast.yaml"),
        "schedules: { nightly: { run: backup --kind files, when: daily 02:00 } }\n",
        StandardOpenOption.APPEND);
  }

  private static void damage(Path record) throws IOException {
    byte[] bytes = Files.readAllBytes(record);
    bytes[bytes.length - 3] ^= 1;
    Files.write(record, bytes);
  }

  private List<Path> records(String area) throws IOException {
    try (var files = Files.walk(home.resolve("repository").resolve(area))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static JsonNode json(Ran ran) {
    return new JsonMapper().readTree(ran.out());
  }

  private static List<JsonNode> records(Ran doctor) {
    return json(doctor)
        .path("findings")
        .valueStream()
        .filter(each -> each.path("code").asString().equals("schedule.records"))
        .toList();
  }

  @Test
  void aDamagedRunHidesNoOtherAndIsNamed() throws IOException {
    scene.succeed("schedule", "run", "nightly");
    scene.pass(Duration.ofMinutes(1));
    scene.succeed("schedule", "run", "nightly");
    assertThat(json(scene.succeed("schedule", "log", "nightly", "--json")).path("runs")).hasSize(2);
    damage(records("runs").getLast());

    Ran log = scene.run("schedule", "log", "nightly");
    assertThat(log.status()).as("%s", log).isEqualTo(1);
    assertThat(log.out())
        .contains("done (status 0)", "FLAWED  runs/nightly/main/", ": is damaged: ", REMEDY);
    assertThat(scene.run("schedule", "list").status()).isEqualTo(1);
    assertThat(records(scene.run("doctor", "--json"))).hasSize(1);

    assertThat(scene.succeed("schedule", "log", "nightly", "--remove-flawed").out())
        .contains("done (status 0)")
        .doesNotContain("FLAWED");
    scene.succeed("schedule", "list");
    assertThat(scene.succeed("audit").out()).contains("schedule log");
  }

  @Test
  void aRunOfTheFutureIsTold() throws IOException {
    scene.succeed("schedule", "run", "nightly");
    scene.pass(Duration.ofDays(9000));
    scene.succeed("schedule", "run", "nightly");
    scene.pass(Duration.ofDays(-8999));

    Ran list = scene.run("schedule", "list");
    assertThat(list.status()).isEqualTo(1);
    assertThat(list.out())
        .contains(
            "done 2026-11-22", "FLAWED RECORDS of nightly main:", "is of the future, due 2051");
    Ran log = scene.run("schedule", "log", "nightly");
    assertThat(log.status()).isEqualTo(1);
    assertThat(log.out()).contains("2026-11-22", "is of the future", REMEDY);
    assertThat(records(scene.run("doctor", "--json")))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.path("cluster").asString()).isEqualTo("main");
          assertThat(finding.path("fix").asString()).isEqualTo(REMEDY);
        });
  }

  @Test
  void aPauseIsEndedByAnyNameThatMeansIt() {
    List<String> whole = List.of("schedule", "resume", "nightly");
    List<String> one = List.of("schedule", "resume", "nightly", "main");
    Ran paused = scene.run("schedule", "pause", "nightly", "main");
    assertThat(paused.err()).contains("'holdfast schedule resume nightly main' lets it go on");
    scene.succeed(whole.toArray(String[]::new));
    assertThat(scene.succeed("schedule", "list").out()).doesNotContain("paused");

    scene.succeed("schedule", "pause", "nightly");
    scene.succeed(one.toArray(String[]::new));
    assertThat(scene.succeed("schedule", "list").out()).doesNotContain("paused");
    assertThat(scene.run(one.toArray(String[]::new)).err())
        .contains("it is not paused", "holdfast schedule resume nightly");
  }

  @Test
  void aDamagedPauseIsToldAndHoldsUntilItIsResumed() throws IOException {
    scene.succeed("schedule", "pause", "nightly");
    damage(records("pauses").getFirst());

    Ran list = scene.run("schedule", "list");
    assertThat(list.status()).isEqualTo(1);
    assertThat(list.out()).contains("paused; ", "is damaged; the schedule stays paused");
    assertThat(scene.run("schedule", "log", "nightly").out())
        .contains("holdfast schedule resume nightly");
    assertThat(records(scene.run("doctor", "--json"))).hasSize(1);

    scene.succeed("schedule", "resume", "nightly");
    scene.succeed("schedule", "list");
  }
}
