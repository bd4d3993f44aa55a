package io.holdfast.operations.restore;

import io.holdfast.postgres.ServerSession.Tablespace;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each tablespace goes. The restore makes the links in {@code pg_tblspc} itself and leaves
 * {@code tablespace_map} out, as {@code pg_basebackup --format=plain} does: the directory is then
 * complete before a server sees it, and no file lies there that would make a server put the old
 * links back.
 */
record TablespaceMap(List<Place> places) {
  /**
   * One tablespace.
   *
   * @param from its location at the source
   */
  record Place(long oid, String name, String from, Path to, long bytes) {
    boolean moved() {
      return !to.equals(RawPath.of(from));
    }
  }

  TablespaceMap {
    places = List.copyOf(places);
  }

  /**
   * @param links by oid, as the backup has them
   * @param known names of tablespaces
   * @param asked old place (location, name or oid) to new one
   * @throws HoldfastException (usage) if a mapping fits none or a place is taken twice
   */
  static TablespaceMap of(
      Map<Long, String> links,
      List<Tablespace> known,
      Map<Long, Long> bytes,
      Map<String, Path> asked) {
    Map<Long, String> names = new HashMap<>();
    known.forEach(t -> names.put(Integer.toUnsignedLong(t.oid()), t.name()));
    Map<String, Path> unused = new HashMap<>(asked);
    List<Place> places = new ArrayList<>();
    links.forEach((oid, target) -> {
      String name = names.getOrDefault(oid, "");
      Path to = RawPath.of(target);
      for (String key : List.of(utf8(target), target, name, Long.toString(oid))) {
        Path mapped = asked.get(key);
        if (mapped != null) {
          unused.remove(key);
          to = mapped;
          break;
        }
      }
      places.add(new Place(oid, name, target, to, bytes.getOrDefault(oid, 0L)));
    });
    unused
        .keySet()
        .forEach(key -> {
          throw noSuch(key, places);
        });
    checkPlaces(places);
    return new TablespaceMap(places);
  }

  private static void checkPlaces(List<Place> places) {
    Map<Path, Place> taken = new HashMap<>();
    for (Place place : places) {
      if (!place.to().isAbsolute()) {
        throw new HoldfastException(
            ExitStatus.USAGE,
            "the new place of tablespace " + place.name() + " is not absolute: " + place.to(),
            "Write the whole path.");
      }
      Place other = taken.put(place.to().normalize(), place);
      if (other != null) {
        throw new HoldfastException(
            ExitStatus.USAGE,
            "two tablespaces, "
                + other.name()
                + " and "
                + place.name()
                + ", would share "
                + place.to(),
            "Give each a directory of its own.");
      }
    }
  }

  private static HoldfastException noSuch(String key, List<Place> places) {
    return new HoldfastException(
        ExitStatus.USAGE,
        "the backup has no tablespace '" + key + "'",
        places.isEmpty()
            ? "It has none at all."
            : "It has "
                + String.join(
                    ", ",
                    places.stream()
                        .map(p -> p.name() + " (" + p.oid() + ") at " + utf8(p.from()))
                        .toList())
                + ".");
  }

  /** A stored path as people read it. */
  static String utf8(String stored) {
    return new String(stored.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
