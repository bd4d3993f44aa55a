package io.holdfast.sftp.objects;

import io.holdfast.sftp.SftpSite;
import io.holdfast.sftp.wire.FileStat;
import io.holdfast.sftp.wire.Line;
import io.holdfast.sftp.wire.Lines;
import io.holdfast.sftp.wire.StatusException;
import io.holdfast.sftp.wire.Tuning;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.TemporaryName;
import io.holdfast.storage.Versioned;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Objects as files (0600) in directories (0700) of an SFTP server, laid out as a site of kind
 * {@code path} has them: the same directory can be read there, too. Names that start with '~' are
 * Holdfast's own: unfinished files ({@link TemporaryName}) and what {@link Changes} needs.
 *
 * <p>Creation stands on {@link Publication}, changes and removal on {@link Changes}; the version of
 * an object is that of its content.
 *
 * <p>The root is made by the first write. Once objects were seen in it, finding it empty or gone is
 * a failure and not an empty site: the usual cause is a file system that was unmounted there.
 */
public final class SftpStorage implements Storage {
  private final Lines lines;
  private final Tree tree;
  private final Chunks chunks;
  private final Publication publication;
  private final Reads reads;
  private final Listing listing;
  private final Changes changes;
  private volatile @Nullable String seen;

  private SftpStorage(SftpSite site, Tuning tuning) {
    Abilities abilities = new Abilities(site);
    this.lines = new Lines(site, tuning);
    this.tree = new Tree(lines, abilities);
    this.chunks = new Chunks(tuning.chunk(), tuning.memory());
    this.publication = new Publication(tree, chunks, abilities);
    this.reads = new Reads(tree, chunks);
    this.listing = new Listing(tree);
    this.changes = new Changes(tree, reads, abilities);
  }

  public static Storage open(SftpSite site) {
    return open(site, Tuning.DEFAULT);
  }

  static Storage open(SftpSite site, Tuning tuning) {
    return new SftpStorage(site, tuning);
  }

  @Override
  public String description() {
    return lines.site().description();
  }

  @Override
  public void create(ObjectKey key, byte[] content) {
    try (ObjectWriter writer = write(key)) {
      writer.write(content, 0, content.length);
      writer.commit();
    }
    saw(key);
  }

  @Override
  public ObjectWriter write(ObjectKey key) {
    ensureMounted();
    return new SftpWriter(publication, chunks, key);
  }

  @Override
  public boolean replace(ObjectKey key, String expected, byte[] content) {
    ensureMounted();
    return changes.replace(key, expected, content);
  }

  @Override
  public boolean deleteIf(ObjectKey key, String expected) {
    ensureMounted();
    return changes.deleteIf(key, expected);
  }

  @Override
  public Versioned read(ObjectKey key) {
    return found(reads.whole(key), key);
  }

  @Override
  public void read(ObjectKey key, long offset, byte[] into, int at, int length) {
    Objects.checkFromIndexSize(at, length, into.length);
    if (!reads.range(key, offset, into, at, length)) {
      throw missing(key);
    }
    saw(key);
  }

  @Override
  public InputStream stream(ObjectKey key, long offset) {
    return found(SftpStream.open(lines, reads, chunks, key, offset), key);
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    Optional<FileStat> found =
        lines
            .run("look at " + key, (line, again) -> Tree.look(line, tree.pathOf(key)))
            .filter(FileStat::isFile);
    if (found.isEmpty()) {
      ensureMounted();
      return Optional.empty();
    }
    saw(key);
    return Optional.of(Listing.stat(key, found.get()));
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> consumer) {
    String path = checked(prefix);
    ensureMounted();
    listing.objects(
        path,
        found -> {
          saw(found.key());
          consumer.accept(found);
        });
    ensureMounted();
  }

  @Override
  public List<String> folders(String prefix) {
    String path = checked(prefix);
    ensureMounted();
    List<String> folders = listing.folders(path);
    if (!folders.isEmpty()) {
      saw(new ObjectKey(path.isEmpty() ? folders.getFirst() : path));
    }
    ensureMounted();
    return folders;
  }

  @Override
  public void delete(ObjectKey key) {
    ensureMounted();
    changes.delete(key);
  }

  @Override
  public void leftovers(String prefix, Consumer<ObjectStat> consumer) {
    listing.leftovers(checked(prefix), Instant.now(), consumer);
  }

  @Override
  public void deleteLeftover(ObjectStat leftover) {
    String directory = Tree.parentOf(tree.pathOf(leftover.key()));
    String name = "~" + leftover.key().name();
    if (TemporaryName.parse(name).isEmpty()) {
      throw new IllegalArgumentException(leftover.key() + " is not a leftover");
    }
    lines.run(
        "remove the unfinished " + leftover.key(),
        (line, again) -> {
          try {
            line.remove(directory + "/" + name);
          } catch (StatusException e) {
            if (!e.isMissing()) {
              throw e;
            }
          }
          tree.removeEmptied(line, directory);
          return true;
        });
  }

  @Override
  public void close() {
    lines.close();
  }

  private <T> T found(Optional<T> found, ObjectKey key) {
    if (found.isEmpty()) {
      throw missing(key);
    }
    saw(key);
    return found.get();
  }

  private ObjectMissingException missing(ObjectKey key) {
    ensureMounted();
    return new ObjectMissingException(description(), key);
  }

  private void saw(ObjectKey key) {
    if (seen == null) {
      String text = key.text();
      int end = text.indexOf('/');
      seen = end < 0 ? text : text.substring(0, end);
    }
  }

  private void ensureMounted() {
    String name = seen;
    if (name != null && lines.run("look into the repository", (line, again) -> gone(line, name))) {
      throw new StorageException(
          "could not read from "
              + description()
              + ": it held objects before, and is empty or gone now",
          "Is its file system still mounted on the server?",
          null);
    }
  }

  /** One question where all is well. */
  private boolean gone(Line line, String name) throws IOException {
    if (Tree.look(line, tree.pathOf(name)).isPresent()) {
      return false;
    }
    try {
      return line.list(tree.root()).isEmpty();
    } catch (StatusException e) {
      if (e.isMissing()) {
        return true;
      }
      throw e;
    }
  }

  private static String checked(String prefix) {
    return prefix.isEmpty() ? "" : new ObjectKey(prefix).text();
  }
}
