package io.holdfast.sftp.objects;

import io.holdfast.sftp.wire.Entry;
import io.holdfast.sftp.wire.FileStat;
import io.holdfast.sftp.wire.Line;
import io.holdfast.sftp.wire.Lines;
import io.holdfast.sftp.wire.StatusException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Version;
import io.holdfast.storage.Versioned;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Changes and removes objects that exist, atomically against everybody else who does so. SFTP knows
 * neither conditions nor locks. What there is, is {@code rename(2)}: in one step, and refused if
 * the old name is gone.
 *
 * <p><b>The baton.</b> In {@code ~changes} below the root lies exactly one directory, the baton.
 * Its name tells who holds it: {@code free}, or a random number that nobody uses twice. To take it
 * is to rename it to an own number; of several who try, one finds the old name.
 *
 * <p><b>Who holds it may look at an object and then change it.</b> The change is one rename with
 * the baton in its path: a new content is written into the baton and renamed over the object; an
 * object that is to go is renamed into the baton. So the change itself fails when the baton has
 * another name by then. If it does not fail, the baton had our number from the look to the change,
 * so that nobody else changed anything in between: every change but the creation of an object that
 * is not there needs the baton, and an object that was looked at is there.
 *
 * <p><b>A holder that died</b> is nothing to wait for long. Whoever saw one number for some seconds
 * (counted by his own clock, no times are compared) takes the baton from it. If the holder was only
 * slow, his change fails, and he begins anew. So neither a crash nor a sleeping process stops the
 * site, and no two win: that takes no assumption about time. What does is progress; each who had to
 * begin anew is more patient with others.
 *
 * <p>This holds for requests, too, that the server carries out after their connection broke: they
 * name a baton that is no more. It rests on the server's {@code rename(2)} being atomic, which
 * POSIX demands, and on all writers coming through here: who writes into the same directory in
 * another way (as a site of kind {@code path}) has another lock.
 */
final class Changes {
  static final String DIRECTORY = "~changes";
  private static final String FREE = "free";
  private static final String NEW = "new.";
  private static final String OLD = "old.";

  /** A baton that is lost so often is lost to something that is no Holdfast. */
  private static final int ATTEMPTS = 100;

  private final Tree tree;
  private final Lines lines;
  private final Reads reads;
  private final Abilities abilities;
  private final String place;
  private final Set<String> abandoned = new HashSet<>();
  private final ReentrantLock ours = new ReentrantLock(true);

  Changes(Tree tree, Reads reads, Abilities abilities) {
    this.tree = tree;
    this.abilities = abilities;
    this.lines = tree.lines();
    this.reads = reads;
    this.place = tree.pathOf(DIRECTORY);
  }

  /** The baton has another name by now. */
  private static final class LostException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private interface Change {
    boolean under(Line line, String baton) throws IOException, LostException;
  }

  /**
   * @return false if the object is another version now, or gone
   */
  boolean replace(ObjectKey key, String expected, byte[] content) {
    String version = Version.of(content);
    long mark = Publication.mark();
    return holding(
        "replace " + key,
        (line, again) -> again && isReplaced(line, key, version, mark),
        (line, baton) -> {
          if (!isAt(line, key, expected)) {
            return false;
          }
          String fresh = baton + "/" + NEW + number();
          write(line, fresh, content, mark, baton);
          move(line, fresh, tree.pathOf(key), baton);
          tree.sync(line, Tree.parentOf(tree.pathOf(key)));
          return true;
        });
  }

  /** Where an answer got lost and the object is gone afterwards, this says true. */
  boolean deleteIf(ObjectKey key, String expected) {
    return holding(
        "delete " + key,
        (line, again) -> again && isSettled(line, key),
        (line, baton) -> isAt(line, key, expected) && removed(line, key, baton));
  }

  void delete(ObjectKey key) {
    holding(
        "delete " + key,
        (line, again) -> isSettled(line, key),
        (line, baton) -> isThere(line, key) && removed(line, key, baton));
  }

  /** Gone, and for good: whoever removed it may not have synced that. */
  private boolean isSettled(Line line, ObjectKey key) throws IOException {
    if (isThere(line, key)) {
      return false;
    }
    if (Tree.look(line, tree.root()).isPresent()) {
      tree.removeEmptied(line, Tree.parentOf(tree.pathOf(key)));
    }
    return true;
  }

  private boolean removed(Line line, ObjectKey key, String baton)
      throws IOException, LostException {
    String old = baton + "/" + OLD + number();
    move(line, tree.pathOf(key), old, baton);
    line.forget(line.sendRemove(old));
    tree.removeEmptied(line, Tree.parentOf(tree.pathOf(key)));
    return true;
  }

  private boolean isThere(Line line, ObjectKey key) throws IOException {
    return Tree.look(line, tree.pathOf(key)).filter(FileStat::isFile).isPresent();
  }

  /**
   * By an attempt of ours whose answer got lost, perhaps before it was synced. Somebody else may
   * have written the same; the time of modification tells it from ours.
   */
  private boolean isReplaced(Line line, ObjectKey key, String version, long mark)
      throws IOException {
    boolean marked =
        Tree.look(line, tree.pathOf(key))
            .filter(found -> found.modified().getEpochSecond() == mark)
            .isPresent();
    if (!marked || !isAt(line, key, version)) {
      return false;
    }
    tree.sync(line, Tree.parentOf(tree.pathOf(key)));
    return true;
  }

  private boolean isAt(Line line, ObjectKey key, String version) throws IOException {
    Optional<Versioned> found = reads.wholeOn(line, key);
    return found.isPresent() && found.get().version().equals(version);
  }

  private void write(Line line, String path, byte[] content, long mark, String baton)
      throws IOException, LostException {
    byte[] handle;
    try {
      handle = line.open(path, Line.CREATE);
    } catch (StatusException e) {
      throw lostOr(line, baton, e);
    }
    try {
      int most = lines.tuning().chunk();
      for (int at = 0; at < content.length; at += most) {
        int length = Math.min(most, content.length - at);
        line.awaitOk(line.sendWrite(handle, at, content, at, length));
      }
      if (abilities.syncsFiles()) {
        line.sync(handle);
      }
    } finally {
      line.close(handle);
    }
    try {
      line.setModified(path, mark);
    } catch (StatusException e) {
      throw lostOr(line, baton, e);
    }
  }

  private static void move(Line line, String from, String to, String baton)
      throws IOException, LostException {
    try {
      line.rename(from, to);
    } catch (StatusException e) {
      throw lostOr(line, baton, e);
    }
  }

  private static IOException lostOr(Line line, String baton, StatusException e)
      throws IOException, LostException {
    if (Tree.look(line, baton).isEmpty()) {
      throw new LostException();
    }
    return e;
  }

  /**
   * @param settled whether what is wanted is so already
   */
  private boolean holding(String attempt, Lines.Attempt<Boolean> settled, Change change) {
    ours.lock();
    try {
      return lines.run(
          attempt,
          (line, again) -> {
            tree.prepare(line);
            for (int round = 1; round <= ATTEMPTS; round++) {
              if (settled.on(line, again)) {
                return true;
              }
              Optional<Boolean> done = changed(line, round, change);
              if (done.isPresent()) {
                return done.get();
              }
            }
            throw contested(attempt);
          });
    } finally {
      ours.unlock();
    }
  }

  /** Empty if somebody was not patient enough; nothing was changed then. */
  private Optional<Boolean> changed(Line line, int round, Change change) throws IOException {
    String number = take(line, round);
    try {
      boolean done = change.under(line, place + "/" + number);
      release(line, number);
      return Optional.of(done);
    } catch (LostException e) {
      return Optional.empty();
    } catch (StatusException e) {
      empty(line, number);
      release(line, number);
      throw e;
    }
  }

  private StorageException contested(String attempt) {
    return new StorageException(
        "could not "
            + attempt
            + " on "
            + lines.site().description()
            + ": the right to change things was taken away "
            + ATTEMPTS
            + " times",
        "Is the connection very slow, or does something else rename what is in " + place + "?",
        null);
  }

  /**
   * Takes the baton, waiting for whoever has it; not for ourselves, whose answer got lost: what an
   * earlier attempt of ours still does somewhere fails like that of anybody else.
   */
  private String take(Line line, int round) throws IOException {
    String mine = number();
    abandoned.add(mine);
    long patience = lines.tuning().holder().toNanos() * Math.min(round, 10);
    String holder = FREE;
    long since = System.nanoTime();
    while (true) {
      boolean stale =
          holder.equals(FREE) || abandoned.contains(holder) || System.nanoTime() - since > patience;
      if (stale && renamed(line, holder, mine)) {
        if (!holder.equals(FREE)) {
          empty(line, mine);
        }
        return mine;
      }
      String now = holder(line);
      if (!now.equals(holder)) {
        holder = now;
        since = System.nanoTime();
      }
      if (!now.equals(FREE)) {
        pause();
      }
    }
  }

  private boolean renamed(Line line, String holder, String mine) throws IOException {
    try {
      line.rename(place + "/" + holder, place + "/" + mine);
      return true;
    } catch (StatusException e) {
      if (e.isMissing() || Tree.look(line, place + "/" + holder).isEmpty()) {
        return false;
      }
      throw e;
    }
  }

  /** Who has the baton; makes it where there is none yet. */
  private String holder(Line line) throws IOException {
    while (true) {
      List<Entry> found;
      try {
        found = line.list(place);
      } catch (StatusException e) {
        if (!e.isMissing()) {
          throw e;
        }
        make(line);
        continue;
      }
      Optional<String> holder =
          found.stream().filter(e -> e.stat().isDirectory()).map(Entry::name).findFirst();
      if (holder.isPresent()) {
        return holder.get();
      }
    }
  }

  /** With a baton in it from the start, so that there never are two. */
  private void make(Line line) throws IOException {
    String fresh = place + "." + number();
    line.makeDirectory(fresh);
    line.makeDirectory(fresh + "/" + FREE);
    try {
      line.rename(fresh, place);
    } catch (StatusException e) {
      line.removeDirectory(fresh + "/" + FREE);
      line.removeDirectory(fresh);
      if (Tree.look(line, place).isEmpty()) {
        throw e;
      }
    }
  }

  /** What a holder left behind who was interrupted; it can not do anything with it any more. */
  private void empty(Line line, String mine) throws IOException {
    try {
      for (Entry entry : line.list(place + "/" + mine)) {
        line.remove(place + "/" + mine + "/" + entry.name());
      }
    } catch (StatusException e) {
      // It was taken from us meanwhile. Whoever has it empties it.
      if (!e.isMissing()) {
        throw e;
      }
    }
  }

  /** Whoever lost it has nothing to give back; where the connection broke, others wait a little. */
  private void release(Line line, String number) throws IOException {
    try {
      line.rename(place + "/" + number, place + "/" + FREE);
      abandoned.clear();
    } catch (StatusException e) {
      if (!e.isMissing()) {
        throw e;
      }
    }
  }

  private static String number() {
    byte[] random = new byte[12];
    ThreadLocalRandom.current().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(20, 60));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }
}
