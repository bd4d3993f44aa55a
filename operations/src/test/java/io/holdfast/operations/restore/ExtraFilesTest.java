package io.holdfast.operations.restore;

import static io.holdfast.operations.restore.MadeUpPacks.directory;
import static io.holdfast.operations.restore.MadeUpPacks.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtraFilesTest {
  @TempDir private Path root;

  private void there(String... paths) throws IOException {
    for (String path : paths) {
      Path at = root.resolve(path);
      if (path.endsWith("/")) {
        Files.createDirectories(at);
      } else {
        Files.createDirectories(at.getParent());
        Files.writeString(at, "x");
      }
    }
  }

  private long clear(StoredFile... entries) {
    ExtraFiles extra = new ExtraFiles(root);
    List.of(entries).forEach(extra::visit);
    return extra.finish();
  }

  private java.util.SortedSet<String> left() throws IOException {
    TreeSet<String> left = new TreeSet<>();
    try (var all = Files.walk(root)) {
      all.filter(p -> !p.equals(root)).forEach(p -> left.add(root.relativize(p).toString()));
    }
    return left;
  }

  @Test
  void whatTheBackupDoesNotHaveGoesFromTheServersOwnDirectories() throws IOException {
    there("base/1/16384", "base/1/16385", "base/2/1", "base/5/deep/er", "pg_wal/0001", "global/x");

    long removed =
        clear(
            directory("base"),
            directory("base/1"),
            file("base/1/16384"),
            directory("base/2"),
            directory("global"),
            directory("pg_wal"));

    assertThat(left())
        .containsExactlyInAnyOrder("base", "base/1", "base/1/16384", "base/2", "global", "pg_wal");
    assertThat(removed).isEqualTo(5);
  }

  @Test
  void namesThatSortBetweenADirectoryAndItsContentDoNotDisturb() throws IOException {
    there("base/1/a", "base/1.x", "base/1-y", "base/1/z");

    clear(
        directory("base"),
        directory("base/1"),
        file("base/1-y"),
        file("base/1.x"),
        file("base/1/a"));

    assertThat(left())
        .containsExactlyInAnyOrder("base", "base/1", "base/1-y", "base/1.x", "base/1/a");
  }

  @Test
  void whatPeopleKeepAtTheTopAndInTheLogStaysAndWhatAServerLeftGoes() throws IOException {
    there(
        "server.key",
        "log/today",
        "notes/x",
        "postmaster.opts",
        "recovery.signal",
        "backup_label.old",
        "standby.signal",
        "base/");

    clear(directory("base"), directory("log"), file("log/yesterday"));

    assertThat(left())
        .containsExactlyInAnyOrder("server.key", "log", "log/today", "notes", "notes/x", "base");
  }

  @Test
  void besideATablespacesOwnDirectoryNothingIsTouched(@TempDir Path location) throws IOException {
    there("pg_tblspc/");
    Files.createSymbolicLink(root.resolve("pg_tblspc/16400"), location);
    Files.createSymbolicLink(root.resolve("pg_tblspc/16999"), location);
    Files.createDirectories(location.resolve("PG_18_1/5"));
    Files.createDirectories(location.resolve("PG_15_1/5"));
    Files.writeString(location.resolve("PG_18_1/5/old"), "x");

    clear(
        directory("pg_tblspc"),
        MadeUpPacks.entry("pg_tblspc/16400", StoredFile.Kind.LINK, 0777, 0, List.of()),
        directory("pg_tblspc/16400/PG_18_1"),
        directory("pg_tblspc/16400/PG_18_1/5"),
        file("pg_tblspc/16400/PG_18_1/5/new"));

    assertThat(location.resolve("PG_15_1/5")).exists();
    assertThat(location.resolve("PG_18_1/5")).isEmptyDirectory();
    assertThat(Files.isSymbolicLink(root.resolve("pg_tblspc/16400"))).isTrue();
    assertThat(Files.isSymbolicLink(root.resolve("pg_tblspc/16999"))).isFalse();
  }

  @Test
  void namesOfAnyBytesAreRecognised() throws IOException {
    there("base/");
    Files.writeString(RawPath.below(root, "base/caf\u00e9 +%"), "x");
    Files.writeString(RawPath.below(root, "base/th\u00e9"), "x");

    clear(directory("base"), file("base/caf\u00e9 +%"));

    assertThat(RawPath.below(root, "base/caf\u00e9 +%")).exists();
    assertThat(RawPath.below(root, "base/th\u00e9")).doesNotExist();
  }
}
