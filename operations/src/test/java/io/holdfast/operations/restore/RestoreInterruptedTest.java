package io.holdfast.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.repository.BackupId;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.ClusterContent.Fingerprint;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Restores that fail or are killed half-way, and deltas that make whole what is there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class RestoreInterruptedTest {
  private final Random random = new Random(7);
  private Scene scene;
  private Map<String, Fingerprint> content;

  @BeforeAll
  void makeSource() throws Exception {
    scene = new Scene(PostgresMajor.newest(), o -> o);
    scene.source.sql(
        "CREATE TABLE big AS SELECT g, md5(g::text) || md5((g * 7)::text) AS t"
            + " FROM generate_series(1, 200000) g",
        "CREATE INDEX ON big (t)",
        "CREATE UNLOGGED TABLE gone AS SELECT generate_series(1, 1000) g");
    scene.backup();
    scene.source.sql("DELETE FROM big WHERE g % 10 = 0");
    content = ClusterContent.fingerprints(scene.source);
    scene.exportWal();
  }

  @AfterAll
  void close() {
    scene.close();
  }

  private void checkWhole(Path directory) throws Exception {
    try (TestCluster restored = scene.started(directory)) {
      assertThat(ClusterContent.fingerprints(restored)).isEqualTo(content);
      assertThat(ClusterContent.damage(restored)).isEmpty();
    }
  }

  private void checkDoesNotStart(Path directory) throws IOException {
    assertThat(directory.resolve("global/pg_control")).doesNotExist();
    assertThat(directory.resolve(InterruptedMarker.NAME)).exists();
    try (var all = Files.walk(directory)) {
      all.filter(p -> !Files.isSymbolicLink(p)).forEach(ServerAccount.current()::own);
    }
    assertThatThrownBy(() -> scene.started(directory)).hasMessageContaining("could not start");
  }

  @Test
  void aDamagedPackNamesTheFileLeavesNothingThatStartsAndADeltaFinishesLater() throws Exception {
    RestoreRequest.Builder request = scene.to("damaged");
    Path pack = packs().getFirst();
    byte[] right = Files.readAllBytes(pack);
    byte[] wrong = right.clone();
    wrong[wrong.length / 2] ^= 1;
    Files.write(pack, wrong);
    try {
      assertThatThrownBy(() -> scene.run(request.build()))
          .isInstanceOfSatisfying(
              HoldfastException.class,
              e -> {
                assertThat(e.status()).isEqualTo(ExitStatus.REPOSITORY_FAILED);
                assertThat(e.getMessage())
                    .startsWith("could not restore base/")
                    .containsIgnoringCase("chunk");
              });
    } finally {
      Files.write(pack, right);
    }
    checkDoesNotStart(scene.place("damaged"));
    assertThatThrownBy(() -> scene.run(request.build()))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> assertThat(e.hint()).get().asString().contains("With --delta"));

    scene.run(request.delta(true).build());
    checkWhole(scene.place("damaged"));
    Tree.delete(scene.place("damaged"));
  }

  @Test
  void aBackupThatCannotBeReadStandsInNobodysWay() throws Exception {
    Path manifest = scene.repositoryFolder.resolve("clusters/main/backups").toRealPath();
    Path damaged = manifest.resolve("20991231T235959Z-zzzz.manifest");
    Files.writeString(damaged, "this is no manifest");
    try {
      RestorePlan plan = scene.restore().plan(scene.to("x").build(), Progress.NONE);

      assertThat(plan.notes())
          .anyMatch(note -> note.contains("backup 20991231T235959Z-zzzz is passed over"));
      assertThatThrownBy(() ->
              scene
                  .restore()
                  .plan(
                      scene
                          .to("x")
                          .from(Optional.of(new BackupId("20991231T235959Z-zzzz")))
                          .build(),
                      Progress.NONE))
          .isInstanceOfSatisfying(
              HoldfastException.class,
              e -> assertThat(e.status()).isEqualTo(ExitStatus.REPOSITORY_FAILED));
    } finally {
      Files.delete(damaged);
    }
  }

  private List<Path> packs() throws IOException {
    try (var all = Files.walk(scene.repositoryFolder)) {
      return all.filter(p -> p.toString().endsWith(".pack")).sorted().toList();
    }
  }

  @Test
  void aKilledRestoreLeavesNothingThatStartsAndADeltaFinishes() throws Exception {
    Path directory = scene.place("killed");
    int killed = 0;
    for (int round = 0; round < 4; round++) {
      Process restore = start(List.of(), directory);
      for (int i = 0; i <= random.nextInt(200); i++) {
        if (restore.getInputStream().read() < 0) {
          break;
        }
      }
      restore.destroyForcibly().waitFor();
      if (!Files.exists(directory.resolve("global/pg_control"))) {
        killed++;
        checkDoesNotStart(directory);
      }
    }
    assertThat(killed).isPositive();

    scene.run(scene.to("killed").delta(true).build());
    checkWhole(directory);
    Tree.delete(directory);
  }

  /** A restore in a process of its own, in the smallest heap it has to do with. */
  private Process start(List<String> within, Path directory) throws IOException {
    List<String> command = new ArrayList<>(within);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-Xmx112m",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            SlowRestore.class.getName(),
            scene.repositoryFolder.toString(),
            directory.toString()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  @Test
  void aDiskThatTakesNoMoreIsNamedAndADeltaFinishesWhenItDoes() throws Exception {
    Path directory = scene.place("full");
    // Files may grow to four megabytes: what a full disk does, at a place that is known.
    Process restore = start(List.of("bash", "-c", "ulimit -f 4096; exec \"$0\" \"$@\""), directory);
    String said = new String(restore.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(restore.waitFor()).isEqualTo(ExitStatus.SOURCE_FAILED.code());
    assertThat(said)
        .contains("could not write " + directory + "/base/")
        .contains("File too large")
        .contains("HINT: ")
        .contains("--delta");
    checkDoesNotStart(directory);
    scene.run(scene.to("full").delta(true).build());
    checkWhole(directory);
    Tree.delete(directory);
  }

  @Test
  void aDeltaPutsBackARunAndDamagedCopyAndWritesLittle() throws Exception {
    Path directory = scene.place("delta");
    scene.run(scene.to("delta").build());
    try (TestCluster copy = scene.started(directory)) {
      copy.sql("INSERT INTO big VALUES (-1, 'mine')", "CREATE TABLE mine (x int)");
      refusedWhileLive(directory);
    }
    List<Path> files = new ArrayList<>();
    try (var all = Files.walk(directory.resolve("base"))) {
      all.filter(p -> Files.isRegularFile(p) && p.toFile().length() > 0).forEach(files::add);
    }
    files.sort(null);
    for (int i = 0; i < 20; i++) {
      damage(files.get(random.nextInt(files.size())));
    }

    RestoreResult result = scene.run(scene.to("delta").delta(true).build());

    assertThat(result.bytesWritten()).isLessThan(result.bytes() / 2);
    assertThat(result.extraRemoved()).isPositive();
    checkWhole(directory);
    Tree.delete(directory);
  }

  private void refusedWhileLive(Path directory) {
    assertThatThrownBy(() ->
            scene.restore().plan(RestoreRequest.to(directory).delta(true).build(), Progress.NONE))
        .hasMessageContaining("a server is running");
  }

  private void damage(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    switch (random.nextInt(3)) {
      case 0 -> Files.delete(file);
      case 1 -> Files.write(file, new byte[100], StandardOpenOption.APPEND);
      default -> {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length > 0) {
          bytes[random.nextInt(bytes.length)] ^= 1;
        }
        Files.write(file, bytes);
      }
    }
  }

  @Test
  void twoRestoresNeverWriteOneDirectory() throws Exception {
    Path directory = Files.createDirectory(scene.place("two"));
    try (InterruptedMarker first = InterruptedMarker.place(directory, "")) {
      assertThatThrownBy(() -> scene.run(scene.to("two").delta(true).build()))
          .isInstanceOfSatisfying(
              HoldfastException.class,
              e -> assertThat(e.status()).isEqualTo(ExitStatus.LEASE_HELD));
      first.remove();
    }
    Tree.delete(directory);
  }
}
