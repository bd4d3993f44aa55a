package io.holdfast.storage.local;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.TemporaryName;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Walks a tree in key order. Holds the names of the directories on the way down, nothing else. What
 * vanishes meanwhile is left out; a link that leads nowhere is a failure, for behind it may be a
 * disk that is not mounted.
 */
final class Listing {
  private static final Pattern SEGMENT = Pattern.compile("(?!\\.\\.?$)[A-Za-z0-9._-]{1,200}");

  private Listing() {}

  static void objects(Path directory, String prefix, Consumer<ObjectStat> consumer)
      throws IOException {
    List<String> names = names(directory);
    names.removeIf(name -> !SEGMENT.matcher(name).matches());
    sortAsKeys(directory, names);
    for (String name : names) {
      Path path = directory.resolve(name);
      Optional<BasicFileAttributes> found = attributes(path);
      if (found.isEmpty()) {
        continue;
      }
      String plain = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
      String key = prefix.isEmpty() ? plain : prefix + "/" + plain;
      if (found.get().isDirectory()) {
        objects(path, key, consumer);
      } else if (found.get().isRegularFile()) {
        consumer.accept(stat(new ObjectKey(key), found.get()));
      }
    }
  }

  /** Looks into each directory no further than to the first object. */
  static List<String> folders(Path directory) throws IOException {
    List<String> folders = new ArrayList<>();
    for (String name : names(directory)) {
      if (SEGMENT.matcher(name).matches() && holdsAny(directory.resolve(name), false)) {
        folders.add(name);
      }
    }
    Collections.sort(folders);
    return List.copyOf(folders);
  }

  /** Whether it is an object, where that counts, or one lies below. */
  private static boolean holdsAny(Path path, boolean orIsOne) throws IOException {
    Optional<BasicFileAttributes> found = attributes(path);
    if (found.isEmpty() || !found.get().isDirectory()) {
      return orIsOne && found.filter(BasicFileAttributes::isRegularFile).isPresent();
    }
    for (String name : names(path)) {
      if (SEGMENT.matcher(name).matches() && holdsAny(path.resolve(name), true)) {
        return true;
      }
    }
    return false;
  }

  static void leftovers(Path directory, String prefix, Instant now, Consumer<ObjectStat> consumer)
      throws IOException {
    List<String> names = names(directory);
    Collections.sort(names);
    for (String name : names) {
      Path path = directory.resolve(name);
      String below = prefix.isEmpty() ? "" : prefix + "/";
      Optional<TemporaryName> temporary = TemporaryName.parse(name);
      if (temporary.isEmpty() && !SEGMENT.matcher(name).matches()) {
        continue;
      }
      Optional<BasicFileAttributes> found = attributes(path);
      if (found.isEmpty()) {
        continue;
      }
      if (found.get().isDirectory()) {
        leftovers(path, below + name, now, consumer);
      } else if (temporary.isPresent()
          && temporary.get().writerIsDead(found.get().lastModifiedTime().toInstant(), now)) {
        consumer.accept(stat(new ObjectKey(below + temporary.get().keyName()), found.get()));
      }
    }
  }

  static ObjectStat stat(ObjectKey key, BasicFileAttributes found) {
    return new ObjectStat(key, found.size(), found.lastModifiedTime().toInstant());
  }

  private static List<String> names(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException e) {
      return names;
    }
    return names;
  }

  /**
   * What is below the directory "a" sorts as "a/…", which is after "a-b" and "a.b". Only beside
   * such a neighbour it matters what "a" is, so only there it is looked at; it then ends with '/'.
   */
  private static void sortAsKeys(Path directory, List<String> names) throws IOException {
    Collections.sort(names);
    for (int i = 0; i + 1 < names.size(); i++) {
      String name = names.get(i);
      String next = names.get(i + 1);
      if (next.length() > name.length()
          && next.startsWith(name)
          && next.charAt(name.length()) < '/'
          && attributes(directory.resolve(name)).filter(found -> found.isDirectory()).isPresent()) {
        names.set(i, name + "/");
      }
    }
    Collections.sort(names);
  }

  private static Optional<BasicFileAttributes> attributes(Path path) throws IOException {
    try {
      return Optional.of(Files.readAttributes(path, BasicFileAttributes.class));
    } catch (NoSuchFileException e) {
      if (Files.isSymbolicLink(path)) {
        throw new FileSystemException(
            path.toString(), null, "a link that leads nowhere: is its file system mounted?");
      }
      return Optional.empty();
    }
  }
}
