package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TpcbLoad;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees when things are not as they should be: the exit status and the words. */
final class BadDaysTest {
  @TempDir Path folder;
  private TestCluster source;
  private Scene scene;

  @BeforeEach
  void aBackupIsThere() {
    source = TestCluster.of(PostgresMajor.newest()).start();
    TpcbLoad.prepare(source, 1);
    scene = new Scene(folder, source);
    scene.succeed("init", "--non-interactive");
    scene.succeed("backup", "main");
  }

  @AfterEach
  void stopTheServer() {
    source.close();
  }

  @Test
  void aWrongPassphraseOpensNothing() {
    Path wrong = scene.withWrongPassphrase(source);
    BuiltProgram.Ran ran =
        BuiltProgram.ofThisBuild().run("--config", wrong.toString(), "backups", "list");

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err()).contains("HINT:").doesNotContain("horse");
  }

  @Test
  void aFlippedBitIsFoundNamedAndNeverRestored() throws IOException {
    Path pack = packs().getFirst();
    flip(pack, Files.size(pack) / 2);

    BuiltProgram.Ran verified = scene.run("verify", "--read-data");
    assertThat(verified.status()).isEqualTo(1);
    assertThat(verified.out() + verified.err()).contains(pack.getFileName().toString());
    refuseToRestore();
  }

  @Test
  void aPackCutShortIsFoundAndNeverRestored() throws IOException {
    cut(packs().getFirst(), 0.5);

    assertThat(scene.run("verify").status()).isEqualTo(1);
    refuseToRestore();
  }

  /** Every chunk is there and proves it: whoever needs the data now gets it, all of it. */
  @Test
  void aPackThatLacksOnlyItsEndIsFoundAndGivesBackAllItHolds() throws IOException {
    Path pack = packs().getFirst();
    try (RandomAccessFile file = new RandomAccessFile(pack.toFile(), "rw")) {
      file.setLength(file.length() - 1);
    }

    assertThat(scene.run("verify").status()).isEqualTo(1);
    scene.succeed("restore", "main", "--to", scene.at("restored").toString(), "--at", "immediate");
  }

  private static void cut(Path file, double kept) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength((long) (open.length() * kept));
    }
  }

  @Test
  void aMissingPackIsFoundAndNeverRestored() throws IOException {
    Files.delete(packs().getFirst());

    BuiltProgram.Ran status = scene.run("status");
    assertThat(status.status()).isEqualTo(1);
    assertThat(status.out())
        .contains("nothing can be restored")
        .contains("packs are missing or cut");
    assertThat(scene.run("verify").status()).isEqualTo(1);
    refuseToRestore();
  }

  @Test
  void swappedPacksAreFoundAndNeverRestored() throws IOException {
    List<Path> packs = packs();
    assertThat(packs).hasSizeGreaterThan(1);
    Path aside = folder.resolve("aside");
    Files.move(packs.get(0), aside);
    Files.move(packs.get(1), packs.get(0));
    Files.move(aside, packs.get(1));

    assertThat(scene.run("verify", "--read-data").status()).isEqualTo(1);
    refuseToRestore();
  }

  @Test
  void anotherServerUnderTheSameNameIsRefused() {
    try (TestCluster other = TestCluster.of(PostgresMajor.newest()).start()) {
      Scene mistaken = new Scene(folder, other);
      BuiltProgram.Ran ran = mistaken.run("backup", "main");

      assertThat(ran.status()).isEqualTo(3);
      assertThat(ran.err()).contains("system identifier").contains("HINT:");
    }
  }

  @Test
  void aRestoreOverSomethingIsRefused() throws IOException {
    Path target = Files.createDirectory(folder.resolve("taken"));
    Files.writeString(target.resolve("precious"), "do not touch");

    BuiltProgram.Ran ran = scene.run("restore", "main", "--to", target.toString());
    assertThat(ran.status()).isEqualTo(3);
    assertThat(target.resolve("precious")).hasContent("do not touch");
  }

  @Test
  void anUnreachableMomentIsRefusedAndWhatIsReachableIsSaid() {
    BuiltProgram.Ran ran =
        scene.run(
            "restore", "main", "--to", scene.at("r").toString(), "--at", "2001-01-01 00:00:00Z");

    assertThat(ran.status()).isEqualTo(3);
    assertThat(ran.err()).contains("restor");
    assertThat(scene.at("r")).doesNotExist();
  }

  /** By hand and without a resident process, as archive_command and restore_command would. */
  @Test
  void walIsPushedAndFetchedFileByFileAndAHoleInItIsTold() throws IOException {
    Path wal = source.dataDirectory().resolve("pg_wal");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      source.sql("create table walled_" + i + " (id int)");
      names.add(source.query("select pg_walfile_name(pg_current_wal_insert_lsn())"));
      source.sql("select pg_switch_wal()");
    }
    for (int i : new int[] {0, 0, 3}) {
      assertThat(push(wal.resolve(names.get(i))).status()).isZero();
    }

    assertThat(fetch(names.get(0)).status()).isZero();
    assertThat(wal.resolve("RECOVERYXLOG")).hasSameBinaryContentAs(wal.resolve(names.get(0)));
    assertThat(fetch(names.get(1)).status()).as("not there").isEqualTo(1);
    assertThat(fetch("00000002.history").status()).as("not there").isEqualTo(1);

    BuiltProgram.Ran listed = scene.run("wal", "list");
    assertThat(listed.status()).isEqualTo(1);
    assertThat(listed.out()).contains("GAP", "2 segments are missing", names.get(1), names.get(2));
    scene.succeed("backup", "main");
    assertThat(scene.run("status").out()).contains("except", names.get(1));

    flip(wal.resolve(names.get(0)), 100_000);
    BuiltProgram.Ran other = push(wal.resolve(names.get(0)));
    assertThat(other.status()).as("other bytes under the same name").isBetween(1, 125);
    assertThat(other.err()).contains(names.get(0), "HINT:");

    Files.move(folder.resolve("repository"), folder.resolve("elsewhere"));
    assertThat(push(wal.resolve(names.get(3))).status()).as("no repository").isBetween(1, 125);
    assertThat(fetch(names.get(3)).status()).as("no repository").isEqualTo(126);
    Files.move(folder.resolve("elsewhere"), folder.resolve("repository"));
  }

  private BuiltProgram.Ran push(Path file) {
    return scene.run("wal", "push", "main", file.toString());
  }

  /** In the data directory, as a server in recovery does it. */
  private BuiltProgram.Ran fetch(String name) {
    return BuiltProgram.run(
        Path.of("/bin/bash"),
        Map.of(),
        "-c",
        "cd \"$0\" && exec \"$@\"",
        source.dataDirectory().toString(),
        BuiltProgram.ofThisBuild().launcher().toString(),
        "wal",
        "get",
        "--config",
        scene.at("holdfast.yaml").toString(),
        "main",
        name,
        "pg_wal/RECOVERYXLOG");
  }

  /** No file may grow beyond a megabyte: what a full disk does, at a place that is known. */
  @Test
  void aRepositoryThatTakesNoMoreGetsNoBackupAndKeepsTheEarlierOnes() throws Exception {
    Path log = scene.at("full.log");
    Process full =
        new ProcessBuilder(
                "bash",
                "-c",
                "ulimit -f 1024; exec \"$@\"",
                "bash",
                BuiltProgram.ofThisBuild().launcher().toString(),
                "--config",
                scene.at("holdfast.yaml").toString(),
                "backup",
                "main",
                "--full")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();

    assertThat(full.waitFor()).isEqualTo(6);
    assertThat(log).content().contains("could not write").contains(".pack").contains("HINT:");
    assertThat(scene.succeed("backups", "list").lines()).hasSize(2);
    assertThat(scene.succeed("backups", "delete", "--leftovers"))
        .contains("There are no leftovers.");
    assertThat(scene.run("verify").status()).isZero();
    scene.succeed("backup", "main");
    assertThat(scene.succeed("backups", "list").lines()).hasSize(3);
  }

  @Test
  void aManifestThatIsDamagedHidesNoOtherBackupAndForbidsNone() throws IOException {
    Path manifest;
    try (Stream<Path> files = Files.list(scene.at("repository/clusters/main/backups"))) {
      manifest = files.findFirst().orElseThrow();
    }
    flip(manifest, Files.size(manifest) / 2);

    scene.succeed("backup", "main");
    BuiltProgram.Ran list = scene.run("backups", "list");

    assertThat(list.status()).isEqualTo(6);
    assertThat(list.out().lines()).hasSize(3);
    assertThat(list.out()).contains("sound").contains("UNREADABLE");
  }

  @Test
  void aSecondBackupAtTheSameTimeIsTurnedAway() throws Exception {
    Process first = scene.start("first.log", "backup", "main");
    Path lease = scene.at("repository/clusters/main/leases/backup.json");
    while (!Files.exists(lease) && first.isAlive()) {
      Thread.onSpinWait();
    }
    signal("STOP", first);
    try {
      assertThat(first.isAlive()).isTrue();
      BuiltProgram.Ran second = scene.run("backup", "main");
      assertThat(second.status()).isEqualTo(7);
      assertThat(second.err()).contains("process " + first.pid());
    } finally {
      signal("CONT", first);
    }
    assertThat(first.waitFor()).isZero();
  }

  private static void signal(String name, Process process) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor())
        .isZero();
  }

  private void refuseToRestore() {
    Path target = scene.at("restored");
    BuiltProgram.Ran ran =
        scene.run("restore", "main", "--to", target.toString(), "--at", "immediate");

    assertThat(ran.status()).isEqualTo(6);
    assertThat(target.resolve("global/pg_control")).doesNotExist();
  }

  private List<Path> packs() throws IOException {
    try (Stream<Path> files = Files.walk(scene.at("repository"))) {
      return files.filter(file -> file.toString().endsWith(".pack")).sorted().toList();
    }
  }

  private static void flip(Path file, long offset) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(offset);
      int was = bytes.read();
      bytes.seek(offset);
      bytes.write(was ^ 1);
    }
  }
}
