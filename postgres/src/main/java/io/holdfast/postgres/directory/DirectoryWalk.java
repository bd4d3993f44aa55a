package io.holdfast.postgres.directory;

import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.RawPath;
import io.holdfast.postgres.RelationFile;
import io.holdfast.postgres.RelationFile.Fork;
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
      if (isOid(names.get(i)) && Files.isSymbolicLink(link) && Files.isDirectory(link)) {
        locations.add(FileFacts.identity(link));
      }
    }
  }

  private void content(String path, Path directory) throws IOException {
    NameList names = list(directory);
    if (names == null) {
      return;
    }
    Optional<RelationDirectory> relations = RelationDirectory.parse(path);
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      Optional<RelationFile> relation = relations.flatMap(r -> r.file(name));
      boolean left =
          Exclusions.entry(path, name)
              || relations.filter(r -> r.isTemporary(name)).isPresent()
              || relation.filter(r -> isUnlogged(r, names)).isPresent();
      if (!left) {
        visit(path.isEmpty() ? name : path + "/" + name, path, name, directory, relation);
      }
    }
  }

  /** Decided from the listing that names the file: a relation that changes kind changes number. */
  private static boolean isUnlogged(RelationFile file, NameList names) {
    return file.fork() != Fork.INIT && names.contains(file.relation() + "_init");
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
          if (parent.equals(TABLESPACES) && isOid(name)) {
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
    walDirectory("archive_status", found);
    if (version.major() >= 17) {
      walDirectory("summaries", found);
    }
  }

  private void walDirectory(String name, FileFacts found) {
    emit("pg_wal/" + name, Entry.Kind.DIRECTORY, found, "", Optional.empty());
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
      throw noTablespace(path, target, e);
    }
    if (location.type() != FileFacts.Type.DIRECTORY) {
      throw noTablespace(path, target, null);
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

  private static boolean isOid(String name) {
    return !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private PostgresException noTablespace(String path, String target, @Nullable Throwable cause) {
    return new PostgresException(
        "could not read tablespace '"
            + path
            + "': expected a directory at '"
            + target
            + "', found none",
        "Mount or restore it, or drop the tablespace: a backup without it would not be whole.",
        cause);
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
