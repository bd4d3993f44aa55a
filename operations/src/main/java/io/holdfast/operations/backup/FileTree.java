package io.holdfast.operations.backup;

import io.holdfast.postgres.RawPath;
import io.holdfast.repository.StoredFile;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.PatternSyntaxException;

/**
 * Walks directories with all that is in them, in the order in which a backup lists its files. Links
 * are kept as links; other file systems that are mounted below are walked too. What vanishes
 * meanwhile is passed over; what cannot be read is a failure, for nobody would miss it in time.
 */
final class FileTree {
  private final List<Path> roots;
  private final List<PathMatcher> excludedPaths = new ArrayList<>();
  private final List<PathMatcher> excludedNames = new ArrayList<>();
  private final Consumer<String> notes;
  private final TreeSet<String> above = new TreeSet<>();

  /** Is shown what there is. */
  interface Visitor {
    /**
     * @param path without the first '/', bytes in ISO-8859-1
     */
    void visit(String path, Path file, FileState state) throws IOException;
  }

  /**
   * @throws HoldfastException (usage) if a directory is none, or a pattern is not one
   */
  FileTree(List<Path> directories, List<String> exclude, Consumer<String> notes) {
    this.notes = notes;
    this.roots = roots(directories);
    for (String pattern : exclude) {
      try {
        (pattern.indexOf('/') >= 0 ? excludedPaths : excludedNames)
            .add(FileSystems.getDefault().getPathMatcher("glob:" + pattern));
      } catch (PatternSyntaxException e) {
        throw new HoldfastException(
            ExitStatus.USAGE,
            "could not use the pattern '" + pattern + "': " + e.getDescription(),
            "Patterns are like *.tmp, cache, or /var/www/*/sessions.",
            e);
      }
    }
  }

  /** In the order of their paths; one that lies in another is walked with that. */
  private static List<Path> roots(List<Path> directories) {
    List<Path> sorted =
        directories.stream()
            .map(directory -> directory.toAbsolutePath().normalize())
            .distinct()
            .sorted(Comparator.comparing(FileTree::stored, StoredFile.PATH_ORDER))
            .toList();
    List<Path> roots = new ArrayList<>();
    for (Path each : sorted) {
      if (each.getNameCount() == 0) {
        throw new HoldfastException(
            ExitStatus.USAGE,
            "could not back up /: expected directories that belong to the database, found everything",
            "Name the directories one by one.");
      }
      if (!Files.isDirectory(each)) {
        throw new HoldfastException(
            ExitStatus.USAGE,
            "could not back up "
                + each
                + ": expected a directory, found "
                + (Files.exists(each, LinkOption.NOFOLLOW_LINKS) ? "none" : "nothing"),
            "Is its file system mounted? The directories stand in the configuration, below"
                + " 'files:'.");
      }
      if (roots.isEmpty() || !each.startsWith(roots.getLast())) {
        roots.add(each);
      }
    }
    return roots;
  }

  private static String stored(Path absolute) {
    return RawPath.text(absolute).substring(1);
  }

  void walk(Visitor visitor) {
    for (Path root : roots) {
      try {
        ancestors(root, visitor);
        visitor.visit(stored(root), root, FileState.following(root));
        content(stored(root), root, visitor);
      } catch (IOException e) {
        throw unreadable(root, e);
      }
    }
  }

  private void ancestors(Path root, Visitor visitor) throws IOException {
    for (int names = 1; names < root.getNameCount(); names++) {
      Path directory = Path.of("/").resolve(root.subpath(0, names));
      if (above.add(stored(directory))) {
        visitor.visit(stored(directory), directory, FileState.following(directory));
      }
    }
  }

  private void content(String path, Path directory, Visitor visitor) throws IOException {
    for (String name : names(directory)) {
      Path file = RawPath.resolve(directory, name);
      if (isExcluded(file)) {
        continue;
      }
      String stored = path + "/" + name;
      try {
        FileState state = FileState.of(file);
        switch (state.type()) {
          case FILE, LINK -> visitor.visit(stored, file, state);
          case DIRECTORY -> {
            visitor.visit(stored, file, state);
            content(stored, file, visitor);
          }
          case SPECIAL -> notes.accept("left out " + file + ": not a file, directory or link");
        }
      } catch (NoSuchFileException e) {
        // Removed since it was listed.
      }
    }
  }

  private static List<String> names(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(file -> names.add(RawPath.name(file)));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    names.sort(Comparator.naturalOrder());
    return names;
  }

  private boolean isExcluded(Path file) {
    Path name = file.getFileName();
    return excludedPaths.stream().anyMatch(pattern -> pattern.matches(file))
        || (name != null && excludedNames.stream().anyMatch(pattern -> pattern.matches(name)));
  }

  private static HoldfastException unreadable(Path root, IOException e) {
    String file = e instanceof FileSystemException f && f.getFile() != null ? f.getFile() : null;
    return new HoldfastException(
        ExitStatus.SOURCE_FAILED,
        "could not read "
            + (file == null ? root : file)
            + ": "
            + (e instanceof AccessDeniedException ? "permission denied" : e.toString()),
        e instanceof AccessDeniedException
            ? "Run as a user who may read all of it, or leave it out: 'exclude' below 'files:'. No"
                + " backup was made."
            : "No backup was made.",
        e);
  }
}
