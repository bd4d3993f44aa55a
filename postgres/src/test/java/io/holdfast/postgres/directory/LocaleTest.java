package io.holdfast.postgres.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.RawPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A JVM takes the encoding of names from its environment; ours must not care. */
final class LocaleTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"C", "C.UTF-8", "POSIX", "xx_NOT.there"})
  void walksAndCopiesNamesOfAnyBytesInAnyLocale(String locale)
      throws IOException, InterruptedException {
    Path root = Files.createDirectory(temporary.resolve("data"));
    Path copy = Files.createDirectory(temporary.resolve("copy"));
    TreeSet<String> expected = new TreeSet<>();
    for (String bytes :
        List.of("50475f56455253494f4e", "67c3b6", "ff", "c3", "e282ac20", "41cc88")) {
      String name = new String(HexFormat.of().parseHex(bytes), StandardCharsets.ISO_8859_1);
      Files.writeString(RawPath.resolve(root, name), "15\n");
      expected.add("FILE " + bytes);
    }
    Files.createDirectory(root.resolve("pg_tblspc"));
    expected.add(
        "DIRECTORY " + HexFormat.of().formatHex("pg_tblspc".getBytes(StandardCharsets.UTF_8)));
    String deep = "\u00ff\u00fe";
    Files.createDirectory(RawPath.resolve(root, deep));
    Files.writeString(RawPath.resolve(root, deep + "/\u0080"), "deep");
    expected.add("DIRECTORY fffe");
    expected.add("FILE fffe2f80");

    assertThat(run(locale, root, copy)).containsExactlyInAnyOrderElementsOf(expected);

    TreeMap<String, Long> ofCopy = new TreeMap<>();
    DataDirectory.open(copy).walk(e -> ofCopy.put(e.path(), e.size()));
    TreeMap<String, Long> ofRoot = new TreeMap<>();
    DataDirectory.open(root).walk(e -> ofRoot.put(e.path(), e.size()));
    assertThat(ofCopy).hasSize(9).isEqualTo(ofRoot);
  }

  private static List<String> run(String locale, Path root, Path copy)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            WalkProgram.class.getName(),
            root.toString(),
            copy.toString());
    builder.environment().keySet().removeIf(k -> k.equals("LANG") || k.startsWith("LC_"));
    builder.environment().put("LC_ALL", locale);
    builder.redirectErrorStream(true);
    Process process = builder.start();
    List<String> lines = new ArrayList<>();
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      output.lines().filter(line -> !line.contains("setlocale")).forEach(lines::add);
    }
    assertThat(process.waitFor()).as("%s", lines).isZero();
    return lines;
  }
}
