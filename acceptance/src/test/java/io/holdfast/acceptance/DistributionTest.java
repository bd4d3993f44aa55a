package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.acceptance.BuiltProgram.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder works where it was built, moved, copied and linked to, and starts quickly. */
class DistributionTest {
  private static final Map<String, String> TELL_CLASSES =
      Map.of("HOLDFAST_JAVA_OPTS", "-Xlog:class+load:stderr");

  private final BuiltProgram program = BuiltProgram.ofThisBuild();

  @TempDir private Path scratch;

  @Test
  void helpIsAnAnswerAndGoesToStdout() {
    Ran ran = program.run("--help");

    assertThat(ran.status()).isZero();
    assertThat(ran.out()).contains("Usage: holdfast", "--config", "version");
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void versionIsOneJsonObjectWhenAsked() {
    Ran ran = program.run("--json", "version");

    assertThat(ran.status()).isZero();
    assertThat(ran.out()).startsWith("{\"holdfast\":\"").endsWith("}\n");
  }

  @Test
  void anUnknownCommandIsAUsageErrorWithANextStep() {
    Ran ran = program.run("bakcup");

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("bakcup", "HINT: ");
  }

  @Test
  void noCommandIsAUsageErrorThatShowsTheCommands() {
    Ran ran = program.run();

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("Usage: holdfast");
  }

  @Test
  void startsFromItsCacheOfLoadedClasses() {
    assertThat(loadedFromCache(program)).isTrue();
  }

  @Test
  void worksFromACopyInAPathWithBlanksAndStillStartsFromItsCache() throws Exception {
    Path copy = scratch.resolve("a folder, moved");
    copyLikeCp(program.folder(), copy);

    assertThat(BuiltProgram.at(copy).run("version").status()).isZero();
    assertThat(loadedFromCache(BuiltProgram.at(copy))).isTrue();
  }

  @Test
  void worksThroughALinkFromAnywhere() throws Exception {
    Path first = Files.createSymbolicLink(scratch.resolve("first"), program.launcher());
    Path second = Files.createSymbolicLink(scratch.resolve("second"), Path.of("first"));

    Ran ran = BuiltProgram.run(second, Map.of(), "version");

    assertThat(first).isSymbolicLink();
    assertThat(ran.status()).isZero();
    assertThat(ran.out()).startsWith("holdfast ");
  }

  @Test
  void saysWhatToInstallWhereTheJavaNamedIsNone() {
    Ran ran = program.run(Map.of("HOLDFAST_JAVA_HOME", scratch.toString()), "version");

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err()).contains("expected Java 25", "HINT: ", "openjdk-25", "sdk install");
  }

  @Test
  void namesWithAnyLettersWorkWhereTheLocaleKnowsNone() {
    String script =
        "d=\"$1\"/$'donn\\303\\251es' && mkdir \"$d\" && \"$2\" init --config \"$d/holdfast.yaml\""
            + " --repository \"$d/backups\" --connection host=/nowhere; ls \"$d\" && \"$2\" key"
            + " check --config \"$d/holdfast.yaml\"";
    Ran ran =
        BuiltProgram.run(
            Path.of("/bin/bash"),
            Map.of("LC_ALL", "C", "LANG", "C"),
            "-c",
            script,
            "bash",
            scratch.toString(),
            program.launcher().toString());

    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).contains("\nbackups\nholdfast.passphrase\nholdfast.yaml\n", "données");
    assertThat(ran.status()).isZero();
  }

  @Test
  void walGetNeverTakesTroubleForAMissingFile() {
    String nowhere = scratch.resolve("none.yaml").toString();
    String[] words = {"wal", "get", "--config", nowhere, "main", "000000010000000000000001", "x"};
    Map<String, String> noJava = Map.of("HOLDFAST_JAVA_HOME", scratch.toString());
    Map<String, String> badOption = Map.of("HOLDFAST_JAVA_OPTS", "-XX:NoSuchOption");

    assertThat(program.run(words).status()).as("no configuration").isEqualTo(126);
    assertThat(program.run("wal", "get").status()).as("misuse").isEqualTo(126);
    assertThat(program.run("wal", "--config", nowhere, "get", "main", "x", "y").status())
        .as("options in between")
        .isEqualTo(126);
    Path client = program.folder().resolve("bin/holdfast-wal");
    assertThat(BuiltProgram.run(client, Map.of(), "gte", "main", "x", "y").status())
        .as("a misspelt verb")
        .isEqualTo(126);
    assertThat(program.run(noJava, words).status()).as("no Java").isEqualTo(126);
    assertThat(program.run(badOption, words).status()).as("a Java that ends").isEqualTo(126);
  }

  private static boolean loadedFromCache(BuiltProgram which) {
    Ran ran = which.run(TELL_CLASSES, "version");
    assertThat(ran.err()).contains("picocli.CommandLine ");
    return ran.err()
        .lines()
        .filter(line -> line.contains(" picocli.CommandLine "))
        .allMatch(line -> line.contains("shared objects file"));
  }

  /** Without the files' times, as {@code cp -r} does it. */
  private static void copyLikeCp(Path from, Path to) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("cp", "-r", from.toString(), to.toString())
            .inheritIO()
            .start()
            .waitFor();
    assertThat(status).isZero();
  }
}
