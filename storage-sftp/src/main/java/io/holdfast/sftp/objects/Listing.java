package io.holdfast.sftp.objects;

import io.holdfast.sftp.wire.Entry;
import io.holdfast.sftp.wire.FileStat;
import io.holdfast.sftp.wire.Line;
import io.holdfast.sftp.wire.Lines;
import io.holdfast.sftp.wire.StatusException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.TemporaryName;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Lists directory by directory; one directory's names are in memory. */
final class Listing {
  private static final Pattern SEGMENT = Pattern.compile("(?!\\.\\.?$)[A-Za-z0-9._-]{1,200}");

  private final Tree tree;
  private final Lines lines;

  Listing(Tree tree) {
    this.tree = tree;
    this.lines = tree.lines();
  }

  /** The objects below a directory in key order. */
  void objects(String prefix, Consumer<ObjectStat> consumer) {
    List<Entry> entries = new ArrayList<>(entries(prefix));
    entries.removeIf(entry -> !SEGMENT.matcher(entry.name()).matches());
    // What is below the directory "a" sorts as "a/…", which is after "a-b" and "a.b".
    entries.sort(
        Comparator.comparing(
            entry -> entry.stat().isDirectory() ? entry.name() + "/" : entry.name()));
    for (Entry entry : entries) {
      String key = below(prefix, entry.name());
      if (entry.stat().isDirectory()) {
        objects(key, consumer);
      } else if (entry.stat().isFile()) {
        consumer.accept(stat(new ObjectKey(key), entry.stat()));
      }
    }
  }

  /** Looks into each directory no further than to the first object. */
  List<String> folders(String prefix) {
    return entries(prefix).stream()
        .filter(entry -> entry.stat().isDirectory())
        .map(Entry::name)
        .filter(name -> SEGMENT.matcher(name).matches() && holdsAny(below(prefix, name)))
        .sorted()
        .toList();
  }

  private boolean holdsAny(String prefix) {
    List<Entry> entries = new ArrayList<>(entries(prefix));
    entries.removeIf(entry -> !SEGMENT.matcher(entry.name()).matches());
    return entries.stream().anyMatch(entry -> entry.stat().isFile())
        || entries.stream()
            .filter(entry -> entry.stat().isDirectory())
            .anyMatch(entry -> holdsAny(below(prefix, entry.name())));
  }

  void leftovers(String prefix, Instant now, Consumer<ObjectStat> consumer) {
    List<Entry> entries = new ArrayList<>(entries(prefix));
    entries.sort(Comparator.comparing(Entry::name));
    for (Entry entry : entries) {
      Optional<TemporaryName> unfinished = TemporaryName.parse(entry.name());
      if (entry.stat().isDirectory() && SEGMENT.matcher(entry.name()).matches()) {
        leftovers(below(prefix, entry.name()), now, consumer);
      } else if (entry.stat().isFile()
          && unfinished.filter(one -> one.writerIsDead(entry.stat().modified(), now)).isPresent()) {
        String key = below(prefix, unfinished.get().keyName());
        consumer.accept(stat(new ObjectKey(key), entry.stat()));
      }
    }
  }

  static ObjectStat stat(ObjectKey key, FileStat found) {
    return new ObjectStat(key, found.size(), found.modified());
  }

  private static String below(String prefix, String name) {
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  /** None if there is no such directory, or it is an object. */
  private List<Entry> entries(String prefix) {
    String path = tree.pathOf(prefix);
    return lines.run(
        "list " + (prefix.isEmpty() ? "objects" : prefix),
        (line, again) -> {
          try {
            return followed(line, path, line.list(path));
          } catch (StatusException e) {
            if (e.isMissing() || isNoDirectory(line, path)) {
              return List.of();
            }
            throw e;
          }
        });
  }

  private static boolean isNoDirectory(Line line, String path) throws IOException {
    return Tree.look(line, path).filter(FileStat::isDirectory).isEmpty();
  }

  /** Listings tell of a link itself; somebody may have put a directory on another disk. */
  private static List<Entry> followed(Line line, String path, List<Entry> entries)
      throws IOException {
    List<Entry> followed = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.stat().isLink()) {
        followed.add(new Entry(entry.name(), line.stat(path + "/" + entry.name())));
      } else {
        followed.add(entry);
      }
    }
    return followed;
  }
}
