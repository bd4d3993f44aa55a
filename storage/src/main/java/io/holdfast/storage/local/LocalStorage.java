package io.holdfast.storage.local;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectTooLargeException;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.TemporaryName;
import io.holdfast.storage.Version;
import io.holdfast.storage.Versioned;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Objects as files (0600) in directories (0700). The key is the path below the root. Names that
 * start with '~' are Holdfast's own and never objects: unfinished files ({@link TemporaryName}) and
 * the lock ({@link SiteLock}). Other names that are no key segments are not ours and left alone.
 *
 * <p>The root is made by the first write. Once objects were seen in it, finding it empty or gone is
 * a failure and not an empty site: the usual cause is a file system that was unmounted. So is
 * finding another one there, see {@link Footing}.
 */
public final class LocalStorage implements Storage {
  private final Path root;
  private final Directories directories;
  private final Publication publication;
  private final Footing footing;
  private volatile boolean held;

  private LocalStorage(Path root, Optional<ObjectKey> identityKey) {
    this.root = root;
    this.footing = new Footing(root, identityKey);
    this.directories = new Directories(root);
    this.publication = new Publication(root, directories);
  }

  /**
   * Touches nothing yet.
   *
   * @param identityKey of the object that says what lies there: once it was read, nothing is
   *     written to another directory that takes this one's place
   */
  public static Storage at(Path root, Optional<ObjectKey> identityKey) {
    return new LocalStorage(root.toAbsolutePath(), identityKey);
  }

  @Override
  public String description() {
    return root.toString();
  }

  @Override
  public void create(ObjectKey key, byte[] content) {
    try (ObjectWriter writer = write(key)) {
      writer.write(content, 0, content.length);
      writer.commit();
    }
    held = true;
  }

  @Override
  public ObjectWriter write(ObjectKey key) {
    return begin(key);
  }

  @Override
  public boolean replace(ObjectKey key, String expected, byte[] content) {
    if (stat(key).isEmpty()) {
      return false;
    }
    try (LocalWriter writer = begin(key)) {
      writer.write(content, 0, content.length);
      return locked(
          "replace " + key,
          key,
          () -> {
            if (!isAt(key, expected)) {
              return false;
            }
            writer.commitOver();
            return true;
          });
    }
  }

  @Override
  public boolean deleteIf(ObjectKey key, String expected) {
    if (stat(key).isEmpty()) {
      return false;
    }
    boolean deleted =
        locked(
            "delete " + key, key, () -> isAt(key, expected) && Files.deleteIfExists(pathOf(key)));
    if (deleted) {
      removeEmptied(key);
    }
    return deleted;
  }

  @Override
  public Versioned read(ObjectKey key) {
    try (InputStream in = stream(key, 0)) {
      byte[] content = in.readNBytes(SMALL + 1);
      if (content.length > SMALL) {
        throw new ObjectTooLargeException(description(), key);
      }
      Versioned read = new Versioned(content, Version.of(content));
      footing.wasRead(key, read.version());
      return read;
    } catch (IOException e) {
      throw LocalFailure.of("read " + key, pathOf(key), e);
    }
  }

  @Override
  public void read(ObjectKey key, long offset, byte[] into, int at, int length) {
    Objects.checkFromIndexSize(at, length, into.length);
    Path path = pathOf(key);
    ByteBuffer buffer = IoBuffers.take();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      int done = 0;
      do {
        buffer.clear().limit(Math.min(buffer.capacity(), length - done));
        int read = channel.read(buffer, offset + done);
        if (read < 0 || (read == 0 && length > 0)) {
          throw tooShort(key, path, offset + length, channel.size());
        }
        buffer.flip().get(into, at + done, read);
        done += read;
      } while (done < length);
      if (length == 0 && offset > channel.size()) {
        throw tooShort(key, path, offset, channel.size());
      }
    } catch (IOException e) {
      throw readFailure(key, path, e);
    } finally {
      IoBuffers.giveBack(buffer);
    }
    held = true;
  }

  @Override
  public InputStream stream(ObjectKey key, long offset) {
    Path path = pathOf(key);
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      try {
        if (Files.isDirectory(path)) {
          throw new NoSuchFileException(path.toString());
        }
        long size = channel.size();
        if (offset > size) {
          throw tooShort(key, path, offset, size);
        }
        held = true;
        return new LocalStream(key, path, channel, offset, size);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw readFailure(key, path, e);
    }
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    Path path = pathOf(key);
    try {
      BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
      if (!found.isRegularFile()) {
        return Optional.empty();
      }
      held = true;
      return Optional.of(Listing.stat(key, found));
    } catch (IOException e) {
      if (isMissing(path, e)) {
        ensureMounted();
        return Optional.empty();
      }
      throw LocalFailure.of("look at " + key, path, e);
    }
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> consumer) {
    Path directory = below(prefix);
    try {
      if (Files.isRegularFile(directory)) {
        return;
      }
      ensureMounted();
      Listing.objects(
          directory,
          prefix,
          found -> {
            held = true;
            consumer.accept(found);
          });
      ensureMounted();
    } catch (IOException e) {
      throw LocalFailure.of("list " + (prefix.isEmpty() ? "objects" : prefix), directory, e);
    }
  }

  @Override
  public List<String> folders(String prefix) {
    Path directory = below(prefix);
    try {
      if (Files.isRegularFile(directory)) {
        return List.of();
      }
      ensureMounted();
      List<String> folders = Listing.folders(directory);
      ensureMounted();
      if (!folders.isEmpty()) {
        held = true;
      }
      return folders;
    } catch (IOException e) {
      throw LocalFailure.of("list " + (prefix.isEmpty() ? "objects" : prefix), directory, e);
    }
  }

  @Override
  public void delete(ObjectKey key) {
    if (stat(key).isPresent()) {
      locked("delete " + key, key, () -> Files.deleteIfExists(pathOf(key)));
    }
    removeEmptied(key);
  }

  @Override
  public void leftovers(String prefix, Consumer<ObjectStat> consumer) {
    Path directory = below(prefix);
    try {
      if (!Files.isRegularFile(directory)) {
        Listing.leftovers(directory, prefix, Instant.now(), consumer);
      }
    } catch (IOException e) {
      throw LocalFailure.of("look for unfinished files", directory, e);
    }
  }

  @Override
  public void deleteLeftover(ObjectStat leftover) {
    Path path = pathOf(leftover.key());
    Path temporary = path.resolveSibling("~" + leftover.key().name());
    if (TemporaryName.parse(String.valueOf(temporary.getFileName())).isEmpty()) {
      throw new IllegalArgumentException(leftover.key() + " is not a leftover");
    }
    try {
      Files.deleteIfExists(temporary);
      directories.removeEmptied(Directories.parentOf(temporary));
    } catch (IOException e) {
      throw LocalFailure.of("remove the unfinished " + leftover.key(), temporary, e);
    }
  }

  @Override
  public void close() {}

  private LocalWriter begin(ObjectKey key) {
    ensureMounted();
    Path path = pathOf(key);
    try {
      return new LocalWriter(publication, directories, key, path);
    } catch (IOException e) {
      throw LocalFailure.of("write " + key, path, e);
    }
  }

  private boolean isAt(ObjectKey key, String expected) {
    try {
      return read(key).version().equals(expected);
    } catch (ObjectMissingException e) {
      return false;
    }
  }

  private <T> T locked(String attempt, ObjectKey key, SiteLock.Work<T> work) {
    ensureMounted();
    try {
      return SiteLock.holding(root, work);
    } catch (IOException e) {
      throw LocalFailure.of(attempt, pathOf(key), e);
    }
  }

  private void removeEmptied(ObjectKey key) {
    try {
      directories.removeEmptied(Directories.parentOf(pathOf(key)));
    } catch (IOException e) {
      throw LocalFailure.of("sync the removal of " + key, pathOf(key), e);
    }
  }

  private StorageException readFailure(ObjectKey key, Path path, IOException e) {
    if (isMissing(path, e)) {
      ensureMounted();
      return new ObjectMissingException(description(), key);
    }
    return LocalFailure.of("read " + key, path, e);
  }

  /** Also when the path leads through an object, or to a directory: there is no object there. */
  private boolean isMissing(Path path, IOException e) {
    if (e instanceof NoSuchFileException || Files.isDirectory(path)) {
      return true;
    }
    for (Path at = path.getParent(); at != null && !at.equals(root); at = at.getParent()) {
      if (Files.isRegularFile(at)) {
        return true;
      }
    }
    return false;
  }

  private void ensureMounted() {
    if (!held) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      Iterator<Path> any = entries.iterator();
      if (any.hasNext()) {
        footing.check(this::versionOf);
        return;
      }
    } catch (NoSuchFileException e) {
      // Said below.
    } catch (IOException e) {
      throw LocalFailure.of("look into the repository", root, e);
    }
    throw new StorageException(
        "could not read from " + root + ": it held objects before, and is empty or gone now",
        "Is its file system still mounted?",
        null);
  }

  /** Not by {@link #read}, which would ask again whether all is well. */
  private String versionOf(ObjectKey key) {
    try {
      return Version.of(Files.readAllBytes(pathOf(key)));
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw LocalFailure.of("read " + key, pathOf(key), e);
    }
  }

  private static StorageException tooShort(ObjectKey key, Path path, long expected, long found) {
    return new StorageException(
        "could not read "
            + key
            + " ("
            + path
            + "): expected at least "
            + expected
            + " bytes, found "
            + found,
        "The file was cut short. Run: holdfast verify",
        null);
  }

  private Path pathOf(ObjectKey key) {
    return root.resolve(key.text());
  }

  private Path below(String prefix) {
    return prefix.isEmpty() ? root : pathOf(new ObjectKey(prefix));
  }
}
