package io.holdfast.operations.restore;

import io.holdfast.operations.restore.ConfigText.Include;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * {@code postgresql.conf} of a copy, with all that it includes. Unwanted settings become comments
 * in every file that lies in the data directory. A file elsewhere is not ours to change: if it has
 * such a setting, or cannot be read, it is not included any more.
 */
final class MainConfig {
  /** Writes a file in place of another one. */
  interface Replace {
    void with(Path file, byte[] content) throws IOException;
  }

  private final Path directory;
  private final Predicate<String> unwanted;
  private final String why;
  private final Replace replace;
  private final Set<Path> seen = new HashSet<>();

  MainConfig(Path directory, Predicate<String> unwanted, String why, Replace replace)
      throws IOException {
    this.directory = directory.toRealPath();
    this.unwanted = unwanted;
    this.why = why;
    this.replace = replace;
  }

  void clean(Path file) throws IOException {
    if (!seen.add(file.toRealPath())) {
      return;
    }
    ConfigText text = read(file);
    List<String> changed = text.commentOut(unwanted, why);
    changed.addAll(text.commentOutIncludes(include -> stays(file, include), why));
    if (!changed.isEmpty()) {
      replace.with(file, text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  private boolean stays(Path from, Include include) throws IOException {
    Path named = from.resolveSibling(include.file());
    if (!Files.exists(named)) {
      return include.ifExists();
    }
    boolean ours = named.toRealPath().startsWith(directory);
    for (Path file : Files.isDirectory(named) ? filesIn(named) : List.of(named)) {
      if (ours) {
        clean(file);
      } else if (leadsElsewhere(file)) {
        return false;
      }
    }
    return true;
  }

  /** As the server chooses them (ParseConfigDirectory, guc-file.l). */
  private static List<Path> filesIn(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "[!.]*.conf")) {
      all.forEach(files::add);
    }
    return files;
  }

  private boolean leadsElsewhere(Path file) {
    try {
      ConfigText text = read(file);
      return !text.commentOut(unwanted, why).isEmpty()
          || !text.commentOutIncludes(include -> false, why).isEmpty();
    } catch (IOException e) {
      return true;
    }
  }

  private static ConfigText read(Path file) throws IOException {
    return new ConfigText(Files.readString(file, StandardCharsets.ISO_8859_1));
  }
}
