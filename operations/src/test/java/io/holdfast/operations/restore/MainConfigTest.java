package io.holdfast.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainConfigTest {
  private static final Set<String> UNWANTED = Set.of("data_directory", "recovery_target_time");

  @TempDir private Path data;

  private Path file(Path directory, String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    return Files.writeString(file, content);
  }

  private void clean() throws IOException {
    new MainConfig(data, UNWANTED::contains, "ours", Files::write)
        .clean(data.resolve("postgresql.conf"));
  }

  @Test
  void whatIsIncludedFromTheDataDirectoryIsCleanedHoweverDeep() throws IOException {
    file(
        data,
        "postgresql.conf",
        "include_dir 'conf.d'\ninclude 'postgresql.conf'\nwork_mem = 1MB\n");
    Path first = file(data, "conf.d/a.conf", "recovery_target_time = '2020-01-01'\n");
    Path second = file(data, "conf.d/b.conf", "include_if_exists '../more/c'\njit = off\n");
    Path third = file(data, "more/c", "data_directory = '/elsewhere'\nfsync = on\n");
    Path hidden = file(data, "conf.d/.d.conf", "data_directory = '/elsewhere'\n");

    clean();

    assertThat(data.resolve("postgresql.conf"))
        .hasContent("include_dir 'conf.d'\ninclude 'postgresql.conf'\nwork_mem = 1MB\n");
    assertThat(first).hasContent("# ours: recovery_target_time = '2020-01-01'\n");
    assertThat(second).hasContent("include_if_exists '../more/c'\njit = off\n");
    assertThat(third).hasContent("# ours: data_directory = '/elsewhere'\nfsync = on\n");
    assertThat(hidden).as("no server reads it").hasContent("data_directory = '/elsewhere'\n");
  }

  @Test
  void whatLiesElsewhereStaysAsItIsAndIsIncludedOnlyIfItDoesNoHarm(@TempDir Path etc)
      throws IOException {
    Path harmless = file(etc, "harmless.conf", "work_mem = 1MB\n");
    Path harmful = file(etc, "harmful.conf", "Data_Directory '/var/lib/original'\n");
    Path further = file(etc, "further.conf", "include 'harmful.conf'\n");
    file(
        data,
        "postgresql.conf",
        "include '"
            + harmless
            + "'\ninclude_if_exists '"
            + harmful
            + "'\ninclude '"
            + further
            + "'\ninclude_dir '"
            + etc
            + "'\ninclude 'gone'\ninclude_if_exists 'gone'\n");

    clean();

    assertThat(Files.readAllLines(data.resolve("postgresql.conf")))
        .filteredOn(line -> !line.startsWith("#"))
        .containsExactly("include '" + harmless + "'", "include_if_exists 'gone'");
    assertThat(harmful).hasContent("Data_Directory '/var/lib/original'\n");
  }
}
