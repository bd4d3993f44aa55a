package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TpcbLoad;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository on two sites: one goes away, comes back, catches up, and is all that is left. */
final class SitesTest {
  @TempDir Path folder;
  private TestCluster source;
  private Scene scene;

  @BeforeEach
  void twoSites() {
    source = TestCluster.of(PostgresMajor.newest()).start();
    TpcbLoad.prepare(source, 1);
    scene = new Scene(folder, source);
    configure(false);
    scene.succeed("init", "--non-interactive");
  }

  private void configure(boolean required) {
    scene.configure(
        """
        repository:
          sites:
            nas:
              path: nas
            offsite:
              path: offsite
              required: %s
        """
            .formatted(required),
        source);
  }

  @AfterEach
  void stopTheServer() {
    source.close();
  }

  @Test
  void anySiteIsEnoughAndOneThatWasAwayCatchesUp() throws IOException {
    scene.succeed("backup", "main");
    assertThat(objects("offsite")).isEqualTo(objects("nas"));

    Files.move(scene.at("offsite"), scene.at("unplugged"));
    BuiltProgram.Ran without = scene.run("backup", "main");
    assertThat(without.status()).isZero();
    assertThat(without.err()).contains("warning", "offsite", "holdfast sync offsite");
    assertThat(Files.exists(scene.at("offsite"))).as("nothing is written beside it").isFalse();

    configure(true);
    BuiltProgram.Ran required = scene.run("backup", "main");
    assertThat(required.status()).isEqualTo(6);
    assertThat(required.err()).contains("offsite", "required", "HINT");
    configure(false);

    Files.move(scene.at("unplugged"), scene.at("offsite"));
    scene.succeed("sync", "offsite");
    assertThat(objects("offsite")).isEqualTo(objects("nas"));

    Files.move(scene.at("nas"), scene.at("burnt"));
    BuiltProgram.Ran refused = scene.run("backup", "main");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("nas");
    BuiltProgram.Ran listed = scene.run("backups", "list");
    assertThat(listed.status()).isZero();
    assertThat(listed.out().lines().filter(line -> line.startsWith("main"))).hasSize(2);
    assertThat(listed.err()).contains("nas", "found no repository");
    Path restored = scene.at("restored");
    scene.succeed("restore", "main", "--to", restored.toString(), "--at", "immediate");
    assertThat(restored.resolve("PG_VERSION")).exists();

    scene.succeed("sync", "nas", "--from", "offsite");
    assertThat(objects("nas")).isEqualTo(objects("offsite"));
    scene.succeed("verify", "--read-data", "--site", "nas");
    scene.succeed("backup", "main");
    assertThat(objects("nas")).isEqualTo(objects("offsite"));
  }

  @Test
  void whatOneSiteHasDamagedIsReadFromTheOtherAndMended() throws IOException {
    scene.succeed("backup", "main");
    List<Path> packs = files("nas").stream().filter(f -> f.toString().endsWith(".pack")).toList();
    flip(packs.getFirst(), Files.size(packs.getFirst()) / 2);
    Files.delete(packs.getLast());

    BuiltProgram.Ran restored =
        scene.run("restore", "main", "--to", scene.at("copy").toString(), "--at", "immediate");
    assertThat(restored.status()).as(restored.err()).isZero();
    assertThat(restored.err()).contains("warning", "from site offsite");

    BuiltProgram.Ran verified = scene.run("verify", "--read-data");
    assertThat(verified.status()).isEqualTo(1);
    assertThat(verified.out()).contains("on site nas").doesNotContain("on site offsite");
    assertThat(scene.run("verify", "--site", "offsite", "--read-data").status()).isZero();

    BuiltProgram.Ran repaired = scene.run("verify", "--read-data", "--repair");
    assertThat(repaired.status()).as(repaired.out() + repaired.err()).isZero();
    assertThat(repaired.out()).contains("REPAIR", "put back from site offsite");
    assertThat(objects("nas")).isEqualTo(objects("offsite"));
    assertThat(scene.run("verify", "--read-data").status()).isZero();
  }

  @Test
  void statusTellsWhatEachSiteLacks() throws IOException {
    scene.succeed("backup", "main");
    assertThat(scene.succeed("status")).contains("offsite", "nothing").doesNotContain("behind");
    Files.move(scene.at("offsite"), scene.at("unplugged"));
    scene.succeed("backup", "main");
    assertThat(scene.succeed("status")).contains("CANNOT BE REACHED");
    Files.move(scene.at("unplugged"), scene.at("offsite"));

    assertThat(scene.succeed("status"))
        .contains("1 backups", "site offsite is behind", "holdfast sync offsite");
    assertThat(scene.succeed("status", "--json")).contains("\"missingBackups\"");
  }

  private static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      int old = open.read();
      open.seek(at);
      open.write(old ^ 1);
    }
  }

  private List<Path> files(String site) throws IOException {
    try (Stream<Path> files = Files.walk(scene.at(site))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private List<String> objects(String site) throws IOException {
    Path root = scene.at(site);
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .filter(name -> !name.contains("leases/") && !name.contains("~"))
          .sorted()
          .toList();
    }
  }
}
