package io.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class AuditCommandTest {
  @TempDir Path home;

  private CommandScene scene;

  @BeforeEach
  void begin() throws IOException {
    scene = CommandScene.begin(home);
  }

  private List<JsonNode> acts(String... more) {
    String[] words =
        Stream.concat(Stream.of("audit", "--json"), Stream.of(more)).toArray(String[]::new);
    return StreamSupport.stream(
            new JsonMapper().readTree(scene.succeed(words).out()).path("acts").spliterator(), false)
        .toList();
  }

  private String backup() {
    return new JsonMapper()
        .readTree(scene.succeed("backups", "list", "--json").out())
        .findValue("id")
        .asString();
  }

  @Test
  void whatChangesOrTakesOutIsRecordedAndWhatLooksIsNot() {
    String id = backup();
    scene.succeed("status");
    scene.succeed("verify");
    scene.succeed("backups", "pin", "latest", "--reason", "it's the first");
    scene.succeed("files", "restore", "latest", "--to", home.resolve("copy").toString());
    assertThat(scene.run("files", "restore", "nonsense", "--to", home + "/x").status())
        .isEqualTo(2);
    scene.run("prune");
    scene.succeed("--run-id=r1", "runbook", "main", "--publish");

    List<JsonNode> acts = acts();
    assertThat(acts)
        .extracting(act -> act.path("command").asString())
        .containsExactly("backup", "backups pin", "files restore", "files restore", "runbook");
    assertThat(acts).extracting(act -> act.path("status").asInt()).containsExactly(0, 0, 0, 2, 0);
    assertThat(acts.get(0).path("backups").get(0).asString()).isEqualTo(id);
    assertThat(acts.get(2).path("backups").get(0).asString()).isEqualTo(id);
    assertThat(acts.get(0).path("cluster").asString()).isEqualTo("main");
    assertThat(acts.get(1).path("cluster").asString()).as("the only one").isEqualTo("main");
    assertThat(acts.get(1).path("line").asString())
        .startsWith("holdfast -c ")
        .endsWith("backups pin latest --reason 'it'\\''s the first'");
    assertThat(acts.get(1).path("user").asString()).isNotEmpty();
    assertThat(acts.get(4).path("run").asString()).isEqualTo("r1");
    assertThat(acts.get(4).path("line").asString()).doesNotContain("r1");
    assertThat(scene.succeed("audit").out()).contains("BEGAN", "files restore latest", "(run r1)");
  }

  @Test
  void timesAndClustersAreChosen() {
    assertThat(acts("--cluster", "main")).hasSize(1);
    assertThat(acts("--cluster", "other")).isEmpty();
    scene.pass(Duration.ofDays(8));
    assertThat(acts()).isEmpty();
    assertThat(acts("--since", "9d")).hasSize(1);
  }

  @Test
  void whatDestroysIsRecordedBeforeAndAfter() throws IOException {
    scene.succeed("backup", "main", "--kind", "files");
    String id = backup();
    scene.succeed("backups", "delete", id, "--force");
    assertThat(acts()).as("a plan").hasSize(2);
    scene.succeed("backups", "delete", id, "--force", "--yes");

    assertThat(acts()).hasSize(3);
    assertThat(acts().getLast().path("command").asString()).isEqualTo("backups delete");
    assertThat(acts().getLast().path("backups").get(0).asString()).isEqualTo(id);
    try (Stream<Path> files = Files.walk(home.resolve("repository/audit"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith("-intent"))
          .hasSize(1);
    }
    assertThat(scene.run("key", "remove", "nonsense").status()).isNotZero();
    assertThat(acts().getLast().path("status").asInt()).isNotZero();
  }

  @Test
  void everySiteThatIsThereHasTheRecord() throws IOException {
    Path config = home.resolve("holdfast.yaml");
    Files.writeString(
        config,
        Files.readString(config)
            .replace(
                "  path: repository\n",
                "  sites: { nas: { path: repository }, offsite: { path: offsite, required: false } }\n"));
    scene.succeed("sync", "offsite");
    assertThat(acts("--site", "offsite"))
        .extracting(act -> act.path("command").asString())
        .containsExactly("backup", "sync");

    Files.move(home.resolve("offsite"), home.resolve("unplugged"));
    CommandScene.Ran restored =
        scene.succeed("files", "restore", "latest", "--to", home.resolve("copy").toString());
    assertThat(restored.err())
        .contains("the audit log on site offsite lacks 'files restore'")
        .doesNotContain("NOT IN THE AUDIT LOG");
    assertThat(home.resolve("offsite")).doesNotExist();
    assertThat(acts()).hasSize(3);

    Files.move(home.resolve("unplugged"), home.resolve("offsite"));
    scene.succeed("sync");
    assertThat(acts("--site", "offsite"))
        .extracting(act -> act.path("command").asString())
        .containsExactly("backup", "sync", "files restore", "sync");
  }

  /** A file in the place of the folder: nothing can be written below it. */
  private void breakTheLog() throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve("repository/audit"))) {
      files
          .sorted(java.util.Comparator.reverseOrder())
          .forEach(file -> assertThat(file.toFile().delete()).isTrue());
    }
    Files.writeString(home.resolve("repository/audit"), "in the way");
  }

  @Test
  void withoutARecordNothingIsDestroyedAndEverythingIsRestored() throws IOException {
    String id = backup();
    breakTheLog();

    CommandScene.Ran refused = scene.run("backups", "delete", id, "--force", "--yes");
    assertThat(refused.status()).isEqualTo(3);
    assertThat(refused.err()).contains("audit log", "What is not recorded is not removed");
    assertThat(backup()).isEqualTo(id);

    CommandScene.Ran restored =
        scene.run("files", "restore", "latest", "--to", home.resolve("copy").toString());
    assertThat(restored.status()).as(restored.err()).isZero();
    assertThat(restored.err()).contains("NOT IN THE AUDIT LOG");
    assertThat(home.resolve("copy")).isNotEmptyDirectory();
  }
}
