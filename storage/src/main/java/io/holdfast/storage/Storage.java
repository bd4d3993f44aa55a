package io.holdfast.storage;

import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Named immutable bytes on one site. Take care when adding: the surface is kept minimal, and
 * behaviour is added by wrapping.
 *
 * <p>Promises every implementation keeps, and the contract suite checks:
 *
 * <ul>
 *   <li><b>Atomic</b>: an object is there whole or not at all, whatever is killed.
 *   <li><b>Durable</b>: when {@link #create}, {@link ObjectWriter#commit}, {@link #replace} or
 *       {@link #delete} returns, the effect survives a power cut.
 *   <li><b>Immutable</b>: only {@link #replace} changes an existing object; everything else
 *       refuses.
 *   <li><b>Read after write</b>: what was committed is listed and read at once, by everybody.
 *   <li><b>Exact</b>: a range read returns all the bytes asked for or throws.
 *   <li>All methods may be called from many threads.
 * </ul>
 *
 * <p>Every failure is a {@link StorageException} that names the site and the object; "missing" and
 * "exists" have their own types so that they are never mistaken for a site in trouble. Nothing is
 * retried here.
 */
public interface Storage extends AutoCloseable {
  /** The largest object that {@link #read(ObjectKey)} takes into memory, bytes. */
  int SMALL = 4 << 20;

  /** How messages call this site: a path or an address, never a secret. */
  String description();

  /**
   * Creates an object that lies in memory at once.
   *
   * @throws ObjectExistsException if the key is taken
   */
  void create(ObjectKey key, byte[] content);

  /** Starts an object of any size. Does not fail for a taken key before commit. */
  ObjectWriter write(ObjectKey key);

  /**
   * Replaces a small mutable object (leases only): {@code expected} is the version read before.
   * Atomic against every other replace, create and delete of the same key, from any process.
   *
   * @return false if the object is another version now, or gone; nothing was changed
   */
  boolean replace(ObjectKey key, String expected, byte[] content);

  /**
   * Deletes if the version still is the expected one.
   *
   * @return false if not; nothing was changed
   */
  boolean deleteIf(ObjectKey key, String expected);

  /**
   * A small object whole.
   *
   * @throws ObjectMissingException if there is none
   * @throws ObjectTooLargeException if it has more than {@link #SMALL} bytes, which are not read
   */
  Versioned read(ObjectKey key);

  /**
   * Exactly {@code length} bytes from {@code offset} into the array.
   *
   * @throws ObjectMissingException if there is none
   * @throws StorageException if the object ends before
   */
  void read(ObjectKey key, long offset, byte[] into, int at, int length);

  /**
   * The first bytes of an object: so many, or all where it has fewer. In one step where a site can.
   *
   * @throws ObjectMissingException if there is none
   */
  default byte[] beginning(ObjectKey key, int most) {
    long size = stat(key).orElseThrow(() -> new ObjectMissingException(description(), key)).size();
    byte[] beginning = new byte[(int) Math.min(most, size)];
    read(key, 0, beginning, 0, beginning.length);
    return beginning;
  }

  /** The bytes from {@code offset} to the end. The caller closes. */
  InputStream stream(ObjectKey key, long offset);

  Optional<ObjectStat> stat(ObjectKey key);

  /**
   * All objects whose key starts with {@code prefix} (a whole path, no trailing '/': what lies
   * below it; or "" for everything), in key order, each once. Unfinished ones are not listed. The
   * consumer is called on this thread.
   */
  void list(String prefix, Consumer<ObjectStat> consumer);

  /**
   * The next steps below a prefix that lead to objects, in order and each once: of "a/b/c", "a/b/d"
   * and "a/e" below "a", "b". A site that can tells them without looking at all that lies below.
   */
  default List<String> folders(String prefix) {
    int from = prefix.isEmpty() ? 0 : prefix.length() + 1;
    TreeSet<String> folders = new TreeSet<>();
    list(
        prefix,
        stat -> {
          int end = stat.key().text().indexOf('/', from);
          if (end > 0) {
            folders.add(stat.key().text().substring(from, end));
          }
        });
    return List.copyOf(folders);
  }

  /**
   * Deletes; a missing object is fine. Also removes what was left empty by it, if the site has
   * such.
   */
  void delete(ObjectKey key);

  /**
   * Makes sure that objects which are there already are kept from being deleted about as long as
   * those that are written now. On a site that keeps nothing so, does nothing.
   *
   * @param keys not asked for where nothing is to be done; those that are not there are passed over
   */
  default void protect(Supplier<? extends Collection<ObjectKey>> keys) {}

  /** Unfinished writes that a dead process left below the prefix; names fit for messages. */
  void leftovers(String prefix, Consumer<ObjectStat> consumer);

  /** Removes one leftover as named by {@link #leftovers}. */
  void deleteLeftover(ObjectStat leftover);

  /** The sites behind this storage, where it is more than one. */
  default Copies copies() {
    return Copies.NONE;
  }

  @Override
  void close();
}
