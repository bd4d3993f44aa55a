package io.holdfast.sftp.objects;

import io.holdfast.sftp.wire.Failures;
import io.holdfast.sftp.wire.FileStat;
import io.holdfast.sftp.wire.Line;
import io.holdfast.sftp.wire.Lines;
import io.holdfast.sftp.wire.StatusException;
import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.TemporaryName;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Turns a finished file into an object: {@code link(2)} gives it its name, and fails when the name
 * is taken; then the temporary name is removed.
 */
final class Publication {
  /** A directory that a concurrent delete removes over and over is not believed in for ever. */
  private static final int ATTEMPTS = 1000;

  private final Tree tree;
  private final Lines lines;
  private final Chunks chunks;
  private final Abilities abilities;

  Publication(Tree tree, Chunks chunks, Abilities abilities) {
    this.tree = tree;
    this.lines = tree.lines();
    this.chunks = chunks;
    this.abilities = abilities;
  }

  /** A new empty file in the directory where the object is to be. */
  Unfinished begin(ObjectKey key) {
    String directory = Tree.parentOf(tree.pathOf(key));
    String attempt = "write " + key;
    return lines.run(
        attempt,
        (line, again) -> {
          tree.prepare(line);
          String path = directory + "/" + TemporaryName.next().fileName();
          byte[] handle = openIn(line, directory, path);
          lines.keep(line);
          return new Unfinished(lines, chunks, abilities, attempt, path, line, handle);
        });
  }

  private byte[] openIn(Line line, String directory, String path) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return line.open(path, Line.CREATE);
      } catch (StatusException e) {
        if (!e.isMissing() || attempt == ATTEMPTS) {
          throw e;
        }
      }
      try {
        tree.make(line, directory);
      } catch (StatusException e) {
        if (!e.isMissing() || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * @throws ObjectExistsException if the key is taken by another write than this one
   */
  void create(Unfinished file, ObjectKey key) {
    String target = tree.pathOf(key);
    boolean[] linked = {false};
    try {
      boolean ours =
          lines.patiently((line, again) -> {
            linked[0] = linked[0] || isLinked(line, file.path(), target);
            // Who hears that it exists takes that for "it is safe", but whoever made it may have
            // been killed before this.
            tree.sync(line, Tree.parentOf(target));
            if (linked[0]) {
              remove(line, file.path());
            }
            return linked[0];
          });
      if (!ours) {
        throw new ObjectExistsException(lines.site().description(), key);
      }
    } catch (IOException e) {
      throw Failures.of(lines.site(), "create " + key, e);
    }
  }

  /**
   * @return false if the name is taken by another file
   */
  private static boolean isLinked(Line line, String temporary, String target) throws IOException {
    try {
      line.link(temporary, target);
      return true;
    } catch (StatusException e) {
      Optional<FileStat> there = Tree.look(line, target);
      if (there.isEmpty()) {
        throw e;
      }
      return there.get().isFile() && isSame(line, temporary, target);
    }
  }

  /**
   * Whether both names are of one file, as after a link whose answer was lost. The protocol shows
   * no numbers of files; but a time that is set under one name is seen under the other. No two
   * writers choose the same one of so many.
   */
  private static boolean isSame(Line line, String temporary, String target) throws IOException {
    long original = line.stat(temporary).modified().getEpochSecond();
    long mark = mark();
    line.setModified(temporary, mark);
    try {
      return line.stat(target).modified().getEpochSecond() == mark;
    } finally {
      line.setModified(temporary, original);
    }
  }

  /** A second of the past by which a writer knows his file again. */
  static long mark() {
    return ThreadLocalRandom.current().nextLong(1_000_000_000L, 1_700_000_000L);
  }

  /** Leaves nothing behind, as far as the server can be reached; what it cannot is a leftover. */
  void abandon(Unfinished file) {
    try {
      Line line = lines.take();
      try {
        remove(line, file.path());
      } finally {
        lines.giveBack(line);
      }
    } catch (IOException e) {
      // Told by whatever made the write fail.
      return;
    }
  }

  private static void remove(Line line, String path) throws IOException {
    try {
      line.remove(path);
    } catch (StatusException e) {
      if (!e.isMissing()) {
        throw e;
      }
    }
  }
}
