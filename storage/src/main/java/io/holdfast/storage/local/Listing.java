package io.holdfast.storage.local;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
  private static final Pattern SEGMENT = Pattern.compile("(?!\\.\\.?$)[A-Za-z0-9._-]+");

  private Listing() {}

  static void objects(Path directory, String prefix, Consumer<ObjectStat> consumer)
      throws IOException {
    for (String name : sortedNames(directory)) {
      boolean isDirectory = name.endsWith("/");
      String plain = isDirectory ? name.substring(0, name.length() - 1) : name;
      if (!SEGMENT.matcher(plain).matches()) {
        continue;
      }
      String key = prefix.isEmpty() ? plain : prefix + "/" + plain;
      Path path = directory.resolve(plain);
      if (isDirectory) {
        objects(path, key, consumer);
      } else {
        attributes(path)
            .filter(BasicFileAttributes::isRegularFile)
            .ifPresent(found -> consumer.accept(stat(new ObjectKey(key), found)));
      }
    }
  }

  static void leftovers(Path directory, String prefix, Instant now, Consumer<ObjectStat> consumer)
      throws IOException {
    for (String name : sortedNames(directory)) {
      String below = prefix.isEmpty() ? "" : prefix + "/";
      if (name.endsWith("/")) {
        String plain = name.substring(0, name.length() - 1);
        leftovers(directory.resolve(plain), below + plain, now, consumer);
        continue;
      }
      Optional<TemporaryName> temporary = TemporaryName.parse(name);
      if (temporary.isPresent()) {
        attributes(directory.resolve(name))
            .filter(
                found -> temporary.get().writerIsDead(found.lastModifiedTime().toInstant(), now))
            .ifPresent(found ->
                consumer.accept(stat(new ObjectKey(below + temporary.get().keyName()), found)));
      }
    }
  }

  static ObjectStat stat(ObjectKey key, BasicFileAttributes found) {
    return new ObjectStat(key, found.size(), found.lastModifiedTime().toInstant());
  }

  /** Directories end with '/', which is how their objects sort among the files beside them. */
  private static List<String> sortedNames(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (name.startsWith("~")) {
          names.add(name);
          continue;
        }
        Optional<BasicFileAttributes> found = attributes(entry);
        if (found.isPresent()) {
          names.add(found.get().isDirectory() ? name + "/" : name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException e) {
      return List.of();
    }
    Collections.sort(names);
    return names;
  }

  private static Optional<BasicFileAttributes> attributes(Path path) throws IOException {
    try {
      return Optional.of(Files.readAttributes(path, BasicFileAttributes.class));
    } catch (NoSuchFileException e) {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && Files.isSymbolicLink(path)) {
        throw new NoSuchFileException(
            path.toString(), null, "a link that leads nowhere: is its file system mounted?");
      }
      return Optional.empty();
    }
  }
}
