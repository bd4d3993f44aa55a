package io.holdfast.repository;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Sealed objects by name, each immutable and with a few attributes that are read without its
 * content: WAL segments and history files are kept so. Names follow the rule of object keys and may
 * hold '/'. Thread-safe.
 */
public interface SealedObjects {
  /** What a put came to. */
  enum Put {
    STORED,
    /** The same name holds the same bytes already: as good as stored. */
    SAME_ALREADY_THERE
  }

  /**
   * Stores the file's bytes under the name, durable on return.
   *
   * @throws DifferentContentException if the name holds other bytes; nothing was changed
   */
  Put put(String name, Path content, Map<String, String> attributes);

  /** As above, for content in memory. */
  Put put(String name, byte[] content, int offset, int length, Map<String, String> attributes);

  /**
   * Brings an object that is there to every site that is to have it, as putting it again would: for
   * whoever takes what he finds for stored.
   *
   * @throws io.holdfast.vocabulary.HoldfastException if a required site does not have it then
   */
  void spread(String name);

  /** Size, hash and attributes; reads only the head of the object. */
  Optional<SealedObject> find(String name);

  /**
   * Writes the content, authenticated chunk by chunk; verifies length and hash at the end.
   *
   * @return what {@link #find} tells, or empty if there is no such object (nothing was written)
   */
  Optional<SealedObject> get(String name, OutputStream to);

  /** Names below a prefix (whole path, "" for all), in order, without reading objects. */
  void list(String prefix, Consumer<Entry> consumer);

  /** The first steps of the names that are there, in order; does not list what lies below them. */
  List<String> folders();

  void delete(String name);

  /** One listed object. */
  record Entry(String name, long storedSize) {}
}
