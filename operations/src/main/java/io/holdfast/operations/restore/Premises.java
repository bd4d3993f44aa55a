package io.holdfast.operations.restore;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Refuses places that a restore must not touch. Changes nothing. */
final class Premises {
  private static final String ELSEWHERE = "Choose another directory with --to.";

  private final RestoreRequest request;
  private final PhysicalDetails details;

  Premises(RestoreRequest request, PhysicalDetails details) {
    this.request = request;
    this.details = details;
  }

  /**
   * @throws HoldfastException (refused) for the first thing that stands in the way
   */
  void check(TablespaceMap tablespaces, List<Path> keepAway) {
    try {
      Path target = request.directory();
      checkApart(target, keepAway);
      checkLive(target);
      if (request.delta() && Files.exists(target) && !Tree.isEmpty(target)) {
        checkIsThisCluster(target);
      } else {
        checkEmpty(target, "the target directory");
      }
      checkWritable(target);
      for (TablespaceMap.Place place : tablespaces.places()) {
        checkTablespace(place, target, keepAway);
      }
      checkNobodysElse(target, tablespaces);
    } catch (IOException e) {
      throw WriteFailure.of("look into", request.directory(), e);
    }
  }

  private void checkApart(Path target, List<Path> keepAway) throws IOException {
    Path real = real(target);
    for (Path away : keepAway) {
      Path other = real(away);
      if (real.startsWith(other) || other.startsWith(real)) {
        throw refused(
            target + " and the repository in " + away + " lie one in the other", ELSEWHERE);
      }
    }
    String source = details.server().dataDirectory();
    if (!source.isEmpty() && Files.isDirectory(Path.of(source))) {
      Path other = real(Path.of(source));
      boolean same = real.equals(other);
      if (!same && (real.startsWith(other) || other.startsWith(real))) {
        throw refused(
            target + " and the source's data directory " + source + " lie one in the other",
            ELSEWHERE);
      }
    }
  }

  private static void checkLive(Path target) throws IOException {
    if (!Files.exists(target.resolve("postmaster.pid"))) {
      return;
    }
    Optional<Long> running =
        Files.exists(target.resolve("PG_VERSION"))
            ? DataDirectory.open(target).postmaster()
            : Optional.empty();
    if (running.isPresent()) {
      throw refused(
          "a server is running in " + target + ": process " + running.get(),
          "Stop it first, or choose another directory with --to.");
    }
  }

  /**
   * A copy made with its links (cp -a, a snapshot) shares tablespaces and WAL with what it was
   * copied from; a delta of the copy would overwrite those of the server that runs.
   */
  private static void checkNobodysElse(Path target, TablespaceMap tablespaces) throws IOException {
    LiveClusters live = LiveClusters.find();
    refuseTouching(live, target, "the target directory " + target, ELSEWHERE);
    Path wal = target.resolve("pg_wal");
    if (Files.isSymbolicLink(wal)) {
      refuseTouching(
          live,
          wal,
          wal + ", which leads to " + real(wal) + ",",
          "Give the copy a pg_wal of its own first: replace the link by an empty directory.");
    }
    for (TablespaceMap.Place place : tablespaces.places()) {
      refuseTouching(
          live, place.to(), place.to() + " for tablespace " + place.name(), moving(place));
    }
  }

  private static void refuseTouching(LiveClusters live, Path place, String what, String hint)
      throws IOException {
    Optional<Path> server = live.touchedBy(real(place));
    if (server.isPresent()) {
      throw refused(what + " is in use by the server that is running in " + server.get(), hint);
    }
  }

  private static String moving(TablespaceMap.Place place) {
    return "Move it with --tablespace "
        + (place.name().isEmpty() ? Long.toString(place.oid()) : place.name())
        + "=/another/directory.";
  }

  private void checkEmpty(Path directory, String what) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(directory)) {
      throw refused(what + " " + directory + " is not a directory", ELSEWHERE);
    }
    if (!Tree.isEmpty(directory)) {
      throw refused(
          what + " " + directory + " is not empty",
          InterruptedMarker.liesIn(directory)
              ? "An interrupted restore lies there. With --delta this one continues it."
              : "Choose another one, or empty it. With --delta what is right in a stopped"
                  + " cluster of the same origin is kept and the rest replaced.");
    }
  }

  /** A delta replaces and deletes: only in a stopped copy of the same cluster. */
  private void checkIsThisCluster(Path target) throws IOException {
    // One that was only not taken away may lie in what has become a cluster of its own.
    if (InterruptedMarker.liesIn(target) && !Files.exists(target.resolve("global/pg_control"))) {
      return;
    }
    Path version = target.resolve("PG_VERSION");
    String found = Files.isRegularFile(version) ? Files.readString(version).strip() : "";
    if (!found.equals(Integer.toString(details.server().major()))) {
      throw refused(
          "--delta needs a stopped cluster of PostgreSQL "
              + details.server().major()
              + " in "
              + target
              + ": expected that in PG_VERSION, found "
              + (found.isEmpty() ? "no such file" : found),
          ELSEWHERE);
    }
    ControlFile control = DataDirectory.open(target).control();
    if (control.systemIdentifier() != details.server().systemIdentifier()) {
      throw refused(
          target
              + " holds another cluster: expected system identifier "
              + Long.toUnsignedString(details.server().systemIdentifier())
              + ", found "
              + Long.toUnsignedString(control.systemIdentifier()),
          ELSEWHERE);
    }
  }

  private static void checkWritable(Path target) {
    Path existing = nearestExisting(target);
    if (!Files.isWritable(existing)) {
      throw refused(
          existing + " is not writable for " + System.getProperty("user.name", "this user"),
          "Run as the user who owns it, or choose another directory with --to.");
    }
  }

  private void checkTablespace(TablespaceMap.Place place, Path target, List<Path> keepAway)
      throws IOException {
    Path to = place.to();
    String hint = moving(place);
    if (real(to).startsWith(real(target)) || real(target).startsWith(real(to))) {
      throw refused(
          "tablespace "
              + place.name()
              + " at "
              + to
              + " and the target directory lie one in the"
              + " other",
          hint);
    }
    for (Path away : keepAway) {
      if (real(to).startsWith(real(away))) {
        throw refused("tablespace " + place.name() + " would lie in the repository " + away, hint);
      }
    }
    if (!Files.exists(to)) {
      checkWritable(to);
      return;
    }
    if (!Files.isDirectory(to)) {
      throw refused(to + " for tablespace " + place.name() + " is not a directory", hint);
    }
    boolean belongsToTarget =
        request.delta() && real(target.resolve("pg_tblspc/" + place.oid())).equals(real(to));
    if (!belongsToTarget && !Tree.isEmpty(to)) {
      throw refused(
          "the directory " + to + " for tablespace " + place.name() + " is not empty", hint);
    }
    checkWritable(to);
  }

  static Path nearestExisting(Path path) {
    @Nullable Path at = path;
    while (at != null && !Files.exists(at)) {
      at = at.getParent();
    }
    return at == null ? Path.of("/") : at;
  }

  /** With links resolved as far as the path exists. */
  private static Path real(Path path) throws IOException {
    Path existing = nearestExisting(path.toAbsolutePath().normalize());
    Path rest = existing.relativize(path.toAbsolutePath().normalize());
    return existing.toRealPath().resolve(rest).normalize();
  }

  private static HoldfastException refused(String why, String hint) {
    return new HoldfastException(ExitStatus.REFUSED, "could not restore: " + why, hint);
  }
}
