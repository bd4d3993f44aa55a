package io.holdfast.sftp.objects;

import io.holdfast.sftp.SftpSite;
import io.holdfast.sftp.wire.FileStat;
import io.holdfast.sftp.wire.Line;
import io.holdfast.sftp.wire.Lines;
import io.holdfast.sftp.wire.StatusException;
import io.holdfast.storage.ObjectKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The directories below the root of a site, and which paths things have. */
final class Tree {
  private final Lines lines;
  private final String root;
  private final Abilities abilities;

  Tree(Lines lines, Abilities abilities) {
    this.lines = lines;
    this.abilities = abilities;
    String path = lines.site().path();
    this.root =
        path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  Lines lines() {
    return lines;
  }

  SftpSite site() {
    return lines.site();
  }

  String root() {
    return root;
  }

  String pathOf(String below) {
    return below.isEmpty() ? root : (root.equals("/") ? "" : root) + "/" + below;
  }

  String pathOf(ObjectKey key) {
    return pathOf(key.text());
  }

  static String parentOf(String path) {
    int end = path.lastIndexOf('/');
    return end < 0 ? "." : end == 0 ? "/" : path.substring(0, end);
  }

  /** What is there; follows links. */
  static Optional<FileStat> look(Line line, String path) throws IOException {
    try {
      return Optional.of(line.stat(path));
    } catch (StatusException e) {
      if (e.isMissing()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Makes the root, and says whether the server is able to hold a repository. */
  void prepare(Line line) throws IOException {
    abilities.require(
        line,
        () -> {
          make(line, root);
          return root;
        });
  }

  /** Like {@code mkdir -p}. */
  void make(Line line, String directory) throws IOException {
    try {
      line.makeDirectory(directory);
    } catch (StatusException e) {
      Optional<FileStat> found = look(line, directory);
      if (found.isPresent()) {
        if (found.get().isDirectory()) {
          return;
        }
        throw e;
      }
      String parent = parentOf(directory);
      if (!e.isMissing() || parent.equals(directory) || parent.equals(".")) {
        throw e;
      }
      make(line, parent);
      makeIn(line, directory);
    }
  }

  /** Somebody else may have made it just now. */
  private static void makeIn(Line line, String directory) throws IOException {
    try {
      line.makeDirectory(directory);
    } catch (StatusException e) {
      if (look(line, directory).filter(FileStat::isDirectory).isEmpty()) {
        throw e;
      }
    }
  }

  /**
   * Makes what is in the directory, and the directory and those above up to the root, survive a
   * power cut. All of them each time: whoever made one may have died before it was synced.
   */
  void sync(Line line, String directory) throws IOException {
    if (!abilities.syncsDirectories()) {
      return;
    }
    List<String> chain = new ArrayList<>();
    for (String at = directory; at.length() > root.length(); at = parentOf(at)) {
      chain.add(at);
    }
    chain.add(root);
    List<Integer> opening = new ArrayList<>();
    for (String at : chain) {
      opening.add(line.sendOpen(at, Line.READ));
    }
    syncAll(line, opening);
  }

  private static void syncAll(Line line, List<Integer> opening) throws IOException {
    List<Integer> syncing = new ArrayList<>();
    StatusException first = null;
    for (int number : opening) {
      try {
        byte[] handle = line.awaitHandle(number);
        syncing.add(line.sendSync(handle));
        line.close(handle);
      } catch (StatusException e) {
        first = first == null ? e : first;
      }
    }
    for (int number : syncing) {
      line.awaitSync(number);
    }
    if (first != null) {
      throw first;
    }
  }

  /**
   * Removes what is empty, from {@code directory} up to below the root, and syncs what stays: with
   * its entry gone, so is everything that was below.
   */
  void removeEmptied(Line line, String directory) throws IOException {
    String at = directory;
    while (at.length() > root.length() && gone(line, at)) {
      at = parentOf(at);
    }
    while (true) {
      try {
        sync(line, at);
        return;
      } catch (StatusException e) {
        // Somebody else removed it meanwhile.
        if (!e.isMissing() || at.length() <= root.length()) {
          throw e;
        }
        at = parentOf(at);
      }
    }
  }

  /** A server refuses to remove what is not empty, or is no directory. */
  private static boolean gone(Line line, String directory) throws IOException {
    try {
      line.removeDirectory(directory);
      return true;
    } catch (StatusException e) {
      return e.isMissing() && look(line, directory).isEmpty();
    }
  }
}
