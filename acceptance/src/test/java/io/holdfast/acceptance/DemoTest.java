package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The first thing a visitor runs. */
final class DemoTest {
  @Test
  void bringsTheTableBackAndCleansUp() throws IOException {
    Set<Path> before = demoFolders();
    BuiltProgram.Ran ran = BuiltProgram.ofThisBuild().run("demo");

    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("gone").contains("data lost         none");
    assertThat(demoFolders()).isEqualTo(before);
  }

  private static Set<Path> demoFolders() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return entries
          .filter(entry -> entry.getFileName().toString().startsWith("holdfast-demo-"))
          .collect(Collectors.toSet());
    }
  }
}
