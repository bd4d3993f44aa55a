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
    Path copy = scratch.resolve("a folder, moved é");
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
