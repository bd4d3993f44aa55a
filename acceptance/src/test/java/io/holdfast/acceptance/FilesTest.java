package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads that are backed up with the database, and brought back with it. */
final class FilesTest {
  @TempDir Path folder;
  private TestCluster source;
  private Scene scene;
  private Path uploads;

  @SuppressWarnings("NullAway.Init") // set before each test
  FilesTest() {}

  @BeforeEach
  void aShop() throws IOException {
    source = TestCluster.of(PostgresMajor.newest()).start();
    source.sql("CREATE TABLE upload AS SELECT 1 AS id, 'one.jpg' AS name");
    scene = new Scene(folder, source);
    scene.succeed("init", "--non-interactive");
    uploads = Files.createDirectories(scene.at("uploads"));
    Files.writeString(uploads.resolve("one.jpg"), "first");
  }

  @AfterEach
  void stopTheServer() {
    source.close();
  }

  private void configureFiles() throws IOException {
    Path file = scene.at("holdfast.yaml");
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "  main:\n",
                "  main:\n    files: { directories: ['" + uploads + "'], exclude: ['*.tmp'] }\n"));
  }

  private static String id(BuiltProgram.Ran ran) {
    return ran.out().lines().findFirst().orElseThrow().replaceAll("^backup +([^ ]+) .*", "$1");
  }

  @Test
  void theDatabaseAndItsFilesComeBackTogether() throws IOException {
    BuiltProgram.Ran without = scene.run("backup", "main", "--with-files");
    assertThat(without.status()).isEqualTo(2);
    assertThat(without.err()).contains("names no directories", "HINT");
    assertThat(scene.succeed("backups", "list")).doesNotContain("physical");

    configureFiles();
    Files.writeString(uploads.resolve("half.tmp"), "no");
    BuiltProgram.Ran both = scene.run("backup", "main", "--with-files");
    assertThat(both.status()).as(both.err()).isZero();
    assertThat(both.out()).contains("physical", "files", "taken just before");
    String database = id(both);

    assertThat(scene.succeed("backup", "main", "--kind", "files", "--json")).startsWith("{");
    Files.writeString(uploads.resolve("two.jpg"), "second");
    scene.succeed("backup", "main", "--kind", "files");
    scene.succeed("backup", "main");
    assertThat(scene.succeed("backups", "show", "latest"))
        .as("a backup of files between does not break the chain of changes")
        .contains("physical", "tracked");
    assertThat(scene.run("verify", "--read-data").status()).isZero();

    Path cluster = scene.at("restored");
    scene.succeed(
        "restore", "main", "--backup", database, "--to", cluster.toString(), "--at", "immediate");
    assertThat(cluster.resolve("PG_VERSION")).exists();
    Path files = scene.at("files");
    scene.succeed("files", "restore", database, "--to", files.toString());
    Path restored = files.resolve(uploads.toString().substring(1));
    assertThat(restored).isDirectoryContaining("glob:**/one.jpg");
    assertThat(restored.resolve("one.jpg")).hasContent("first");
    assertThat(restored.toFile().list()).containsExactly("one.jpg");

    assertThat(scene.succeed("files", "list", "latest", "--below", uploads.toString()))
        .contains("two.jpg");
    BuiltProgram.Ran nothing = scene.run("files", "list", "latest", "--below", uploads + "/three");
    assertThat(nothing.status()).isEqualTo(2);
    assertThat(nothing.err()).contains("nothing that is").contains("/three");
    assertThat(scene.run("files", "restore", "latest", "--to", files.toString()).status())
        .as("nothing is overwritten")
        .isEqualTo(3);
    BuiltProgram.Ran wrong =
        scene.run("restore", "main", "--backup", id(filesOnly()), "--to", scene.at("x").toString());
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.err()).contains("files backup");
    assertThat(scene.at("x")).doesNotExist();
  }

  private BuiltProgram.Ran filesOnly() {
    BuiltProgram.Ran ran = scene.run("backup", "main", "--kind", "files");
    assertThat(ran.status()).as(ran.err()).isZero();
    return ran;
  }
}
