package io.holdfast.postgres.directory;

import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.RawPath;
import io.holdfast.postgres.RelationFile;
import io.holdfast.postgres.SupportedVersion;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One walk of a data directory; the rules are those of basebackup.c's sendDir. */
final class DirectoryWalk {
  private static final String TABLESPACES = "pg_tblspc";

  /** As many as Linux follows. */
  private static final int MAX_LINKS = 40;

  private final Path root;
  private final SupportedVersion version;
  private final Consumer<Entry> consumer;
  private final Consumer<String> remarks;
  private final FileFacts.Reader facts = new FileFacts.Reader();

  /** Tablespace locations, which may lie inside the data directory: walked at their link only. */
  private final Set<Object> locations = new HashSet<>();

  /** The directories we are in, against links that lead back. */
  private final Set<Object> open = new HashSet<>();

  DirectoryWalk(
      Path root, SupportedVersion version, Consumer<Entry> consumer, Consumer<String> remarks) {
    this.root = root;
    this.version = version;
    this.consumer = consumer;
    this.remarks = remarks;
  }

  void run() {
    try {
      findLocations();
      open.add(FileFacts.identity(root));
      content("", root);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private void findLocations() throws IOException {
    NameList names = list(root.resolve(TABLESPACES));
    for (int i = 0; names != null && i < names.size(); i++) {
      Path link = RawPath.resolve(root.resolve(TABLESPACES), names.get(i));
      if (Selection.isTablespace(TABLESPACES, names.get(i))
          && Files.isSymbolicLink(link)
          && Files.isDirectory(link)) {
        locations.add(FileFacts.identity(link));
      }
    }
  }

  private void content(String path, Path directory) throws IOException {
    NameList names = list(directory);
    if (names == null) {
      return;
    }
    Selection selection = new Selection(path, names);
    for (int i = 0; i < selection.size(); i++) {
      Optional<Selection.Chosen> chosen = selection.get(i);
      if (chosen.isPresent()) {
        Selection.Chosen one = chosen.get();
        visit(one.path(), path, one.name(), directory, one.relation());
      }
    }
  }

  private void visit(
      String path, String parent, String name, Path directory, Optional<RelationFile> relation)
      throws IOException {
    Path file = RawPath.resolve(directory, name);
    try {
      FileFacts found = facts.read(file);
      switch (found.type()) {
        case FILE -> emit(path, Entry.Kind.FILE, found, "", relation);
        case DIRECTORY -> directory(path, file, found);
        case LINK -> {
          if (Selection.isTablespace(parent, name)) {
            tablespace(path, file);
          } else {
            followed(path, file, relation);
          }
        }
        case SPECIAL -> remarks.accept("skipped '" + path + "': not a file, directory or link");
      }
    } catch (NoSuchFileException e) {
      // Dropped since it was listed: WAL replay drops it again.
    }
  }

  private void directory(String path, Path directory, FileFacts found) throws IOException {
    Object identity = FileFacts.identity(directory);
    if (!open.add(identity)) {
      remarks.accept("skipped '" + path + "': a link to a directory it lies in");
      return;
    }
    emit(path, Entry.Kind.DIRECTORY, found, "", Optional.empty());
    if (path.equals("pg_wal")) {
      emptyWal(found);
    } else if (!Exclusions.content(path) && !locations.contains(identity)) {
      content(path, directory);
    }
    open.remove(identity);
  }

  private void emptyWal(FileFacts found) {
    for (String name : Exclusions.keptInWal(version)) {
      emit("pg_wal/" + name, Entry.Kind.DIRECTORY, found, "", Optional.empty());
    }
  }

  /** A link that is no tablespace becomes what it points to. */
  private void followed(String path, Path link, Optional<RelationFile> relation)
      throws IOException {
    String target = RawPath.text(Files.readSymbolicLink(link));
    FileFacts found;
    try {
      found = facts.readTarget(link);
    } catch (FileSystemException e) {
      if (!(e instanceof NoSuchFileException || isCircle(link))) {
        throw e;
      }
      remarks.accept("skipped '" + path + "': a link to '" + target + "', which is not there");
      return;
    }
    switch (found.type()) {
      case FILE -> {
        remarks.accept("'" + path + "' is a link to '" + target + "': kept as a plain file");
        emit(path, Entry.Kind.FILE, found, "", relation);
      }
      case DIRECTORY -> {
        remarks.accept("'" + path + "' is a link to '" + target + "': kept as a plain directory");
        directory(path, link, found);
      }
      default ->
          remarks.accept("skipped '" + path + "': a link to '" + target + "', which is no file");
    }
  }

  /** The JDK has no exception of its own for ELOOP. */
  private static boolean isCircle(Path link) throws IOException {
    Path next = link;
    for (int i = 0; i < MAX_LINKS; i++) {
      if (!Files.isSymbolicLink(next)) {
        return false;
      }
      next = next.resolveSibling(Files.readSymbolicLink(next));
    }
    return true;
  }

  private void tablespace(String path, Path link) throws IOException {
    String target = RawPath.text(Files.readSymbolicLink(link));
    FileFacts location;
    try {
      location = facts.readTarget(link);
    } catch (NoSuchFileException e) {
      if (!Files.isSymbolicLink(link)) {
        throw e; // dropped meanwhile
      }
      throw MissingTablespace.failure(path, target, e);
    }
    if (location.type() != FileFacts.Type.DIRECTORY) {
      throw MissingTablespace.failure(path, target, null);
    }
    String absolute =
        target.startsWith("/") ? target : RawPath.text(root.resolve(path).toRealPath());
    emit(path, Entry.Kind.LINK, location, absolute, Optional.empty());
    String name = version.tablespaceDirectory();
    visit(path + "/" + name, path, name, link, Optional.empty());
  }

  private void emit(
      String path,
      Entry.Kind kind,
      FileFacts found,
      String target,
      Optional<RelationFile> relation) {
    consumer.accept(
        new Entry(
            path,
            path,
            kind,
            found.mode(),
            found.owner(),
            found.group(),
            found.modified(),
            kind == Entry.Kind.FILE ? found.size() : 0,
            target,
            relation));
  }

  /** Null if the directory vanished. */
  private static @Nullable NameList list(Path directory) throws IOException {
    NameList names = new NameList();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path file : stream) {
        names.add(RawPath.name(file));
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return null;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    names.sort();
    return names;
  }

  private PostgresException unreadable(IOException e) {
    String file = e instanceof FileSystemException f ? f.getFile() : null;
    return new PostgresException(
        "could not read '" + (file == null ? root : file) + "' in the data directory: " + e,
        e instanceof AccessDeniedException
            ? "Run Holdfast as the owner of the data directory, as a member of its group if group"
                + " access is on, or as root."
            : null,
        e);
  }
}
