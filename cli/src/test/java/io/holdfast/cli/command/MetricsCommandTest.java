package io.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of an encrypted repository with a backup of files; its server is never there. */
final class MetricsCommandTest {
  @TempDir private Path home;

  private CommandScene scene;

  @BeforeEach
  void begin() throws IOException {
    scene = CommandScene.begin(home);
  }

  private static double value(String text, String series) {
    return text.lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(series + " in " + text));
  }

  @Test
  void theRepositoryAloneTellsOfBackupsAndTheirAgeIsThatOfTheScrape() {
    scene.pass(Duration.ofHours(5));
    String text = scene.succeed("metrics").out();

    assertThat(value(text, "holdfast_look_success{cluster=\"main\"}")).isEqualTo(1);
    assertThat(value(text, "holdfast_backups{backup_type=\"files\",cluster=\"main\"}"))
        .isEqualTo(1);
    assertThat(value(text, "holdfast_backups{backup_type=\"physical\",cluster=\"main\"}")).isZero();
    assertThat(
            value(
                text,
                "holdfast_backup_since_last_completion_seconds{backup_type=\"files\",cluster=\"main\"}"))
        .isEqualTo(18_001);
    assertThat(value(text, "holdfast_exposition_timestamp_seconds"))
        .isEqualTo(value(text, "holdfast_key_opened_timestamp_seconds{cluster=\"main\"}"));
    assertThat(text)
        .as("there is no WAL that the server's position could be compared with")
        .doesNotContain("holdfast_source_up", "holdfast_data_loss_bound_seconds");
  }

  @Test
  void aFileIsReplacedAsAWholeAndReadableForAll() throws IOException {
    Path folder = Files.createDirectory(home.resolve("textfile"));
    Path file = folder.resolve("holdfast.prom");
    scene.succeed("metrics", "--output", file.toString());
    String first = Files.readString(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    scene.pass(Duration.ofMinutes(1));
    assertThat(scene.succeed("metrics", "--output", file.toString()).out()).isEmpty();

    assertThat(Files.readString(file)).isNotEqualTo(first).endsWith("\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r--r--");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }

    Path nowhere = home.resolve("none/holdfast.prom");
    CommandScene.Ran refused = scene.run("metrics", "--output", nowhere.toString());
    assertThat(refused.status()).as("%s", refused).isEqualTo(2);
    assertThat(refused.err()).contains("could not write " + nowhere, "HINT");
  }

  @Test
  void aWrongKeyLeavesNothingButThatNobodyCanLook() throws IOException {
    Path file = home.resolve("holdfast.prom");
    scene.succeed("metrics", "--output", file.toString());
    Files.writeString(home.resolve("passphrase"), "quite another passphrase\n");

    CommandScene.Ran refused = scene.run("metrics", "--output", file.toString());

    assertThat(refused.status()).as("%s", refused).isEqualTo(2);
    assertThat(refused.err()).contains("no look at main").doesNotContain("quite another");
    String text = Files.readString(file);
    assertThat(value(text, "holdfast_look_success{cluster=\"main\"}")).isZero();
    assertThat(text)
        .as("neither old nor zero")
        .doesNotContain("holdfast_backup", "holdfast_cluster_status", "holdfast_key_opened");
  }

  @Test
  void aClusterWhoseDeclarationCannotBeFollowedTakesNoOtherAway() throws IOException {
    String yaml = Files.readString(home.resolve("holdfast.yaml"));
    Files.writeString(
        home.resolve("holdfast.yaml"),
        yaml
            + "  shop:\n    connection: host=/nowhere\n"
            + "    prove: {signing-public-key-file: none.pub}\n");

    CommandScene.Ran ran = scene.run("metrics");

    assertThat(ran.status()).as("%s", ran).isEqualTo(2);
    assertThat(ran.err()).contains("no look at shop").contains("none.pub");
    assertThat(value(ran.out(), "holdfast_look_success{cluster=\"shop\"}")).isZero();
    assertThat(ran.out()).doesNotContain("holdfast_cluster_status{cluster=\"shop\"}");
    assertThat(value(ran.out(), "holdfast_look_success{cluster=\"main\"}")).isEqualTo(1);
    assertThat(value(ran.out(), "holdfast_cluster_status{cluster=\"main\"}")).isZero();
  }

  @Test
  void aDamagedManifestIsCountedAndHidesNothingElse() throws IOException {
    scene.succeed("backup", "main", "--kind", "files");
    try (Stream<Path> manifests = Files.list(home.resolve("repository/clusters/main/backups"))) {
      Path first = manifests.sorted().findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(first);
      bytes[bytes.length / 2] ^= 1;
      Files.write(first, bytes);
    }

    String text = scene.succeed("metrics").out();

    assertThat(value(text, "holdfast_backups_unreadable{cluster=\"main\"}")).isEqualTo(1);
    assertThat(value(text, "holdfast_backups{backup_type=\"files\",cluster=\"main\"}"))
        .isEqualTo(1);
    assertThat(value(text, "holdfast_cluster_status{cluster=\"main\"}")).isEqualTo(99);
  }

  @Test
  void aProofIsToldOfWithItsVerdictAndATextOfAnUnknownClusterIsRefused() {
    scene.succeed("prove", "main");
    String text = scene.succeed("metrics", "main").out();

    String labels = "{backup_type=\"files\",cluster=\"main\"}";
    assertThat(value(text, "holdfast_proof_last_verdict" + labels)).isZero();
    assertThat(value(text, "holdfast_proof_last_rung" + labels)).isGreaterThanOrEqualTo(3);
    assertThat(value(text, "holdfast_proof_last_success_timestamp_seconds" + labels))
        .isEqualTo(value(text, "holdfast_proof_last_completion_timestamp_seconds" + labels));

    assertThat(scene.run("metrics", "nobody").status()).isEqualTo(2);
  }

  @Test
  void schedulesAreToldOfAndTheirRunsWhoeverStartedThem() throws IOException {
    Files.writeString(
        home.resolve("holdfast.yaml"),
        """
        schedules:
          nightly: { run: backup --kind files, when: daily 02:00 }
          offsite: { run: sync, when: daily 04:00 }
        """,
        StandardOpenOption.APPEND);
    String nightly = "{cluster=\"main\",schedule=\"nightly\"}";
    String before = scene.succeed("metrics").out();
    assertThat(value(before, "holdfast_jobs_look_success")).isEqualTo(1);
    assertThat(value(before, "holdfast_job_taken_up" + nightly)).as("nobody serves").isZero();
    assertThat(value(before, "holdfast_job_taken_up{cluster=\"\",schedule=\"offsite\"}")).isZero();
    assertThat(value(before, "holdfast_job_next_start_timestamp_seconds" + nightly))
        .isEqualTo((double) Instant.parse("2026-11-23T02:00:00Z").getEpochSecond());

    scene.succeed("schedule", "run", "nightly");

    String after = scene.succeed("metrics", "main").out();
    assertThat(value(after, "holdfast_job_runs" + nightly)).isEqualTo(1);
    assertThat(value(after, "holdfast_job_last_exit_status" + nightly)).isZero();
    assertThat(after)
        .contains("outcome=\"done\"", "holdfast_job_last_success_timestamp_seconds" + nightly)
        .doesNotContain("offsite");
  }

  @Test
  void jsonSaysWhatCouldNotBeSeen() {
    assertThat(scene.succeed("--json", "metrics").out())
        .contains("\"cluster\":\"main\"", "\"seen\":true", "# HELP holdfast_look_success");
  }
}
