package io.holdfast.storage;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The sites behind a storage, for whoever can tell more of an object than its length: what does not
 * authenticate on one site is asked of the others, and what names other objects is put on a further
 * site by whoever knows what it names. Thread-safe.
 */
public interface Copies {
  /** A storage that is one site. */
  Copies NONE =
      new Copies() {
        @Override
        public Optional<Site> primary() {
          return Optional.empty();
        }

        @Override
        public List<Site> sites() {
          return List.of();
        }

        @Override
        public void onFurther(String attempt, Consumer<Site> work) {
          // There is none.
        }

        @Override
        public void warn(String line) {
          // Nothing is read elsewhere.
        }
      };

  /** The site that decides, by itself; empty for a storage that is one site. */
  Optional<Site> primary();

  /**
   * Each site from which an object may be read, by itself, the primary first; empty for a storage
   * that reads from one site. Calls that hang fail in time. Sites that are left out for the moment
   * are not among them.
   */
  List<Site> sites();

  /**
   * Does something on each further site that is not left out, on this thread. A site in trouble is
   * left out from then on, loudly; anything else that fails is told, and the site stays. Of a
   * required site every failure is thrown.
   *
   * @param attempt for messages: "could not {@code attempt} on site …"
   */
  void onFurther(String attempt, Consumer<Site> work);

  /**
   * Brings what the primary has under a key to each further site that is to have it, as a create of
   * it does: for whoever takes what he finds there for stored. Does nothing on one site.
   *
   * @throws StorageException if a required site fails, or has something else
   */
  default void spread(ObjectKey key) {}

  /** The names of those sites that are left out now, after looking whether they are back. */
  default List<String> leftOut() {
    return List.of();
  }

  /**
   * Leaves sites out for good: from here on, what none of the others has is missing. For whoever
   * goes by what he has seen of those. Does nothing where no other site would be left.
   */
  default void leaveOut(Collection<String> names) {}

  /** Tells whoever watches. */
  void warn(String line);
}
