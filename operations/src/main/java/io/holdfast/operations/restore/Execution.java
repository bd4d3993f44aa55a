package io.holdfast.operations.restore;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalSpool;
import io.holdfast.postgres.ControlFile;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Extent;
import io.holdfast.repository.StoredFile;
import io.holdfast.vocabulary.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out plans. The order makes that no server can start from a directory that is not whole:
 * marker, no pg_control, data, sync, label and settings, sync, pg_control, no marker.
 */
final class Execution {
  private static final String CONTROL = "global/pg_control";
  private static final long LARGEST_CONFIG = 4 << 20;

  private final ClusterArchive archive;
  private final OpenBackup opened;
  private final RestoreHost host;
  private final InstantSource clock;

  Execution(ClusterArchive archive, OpenBackup opened, RestoreHost host, InstantSource clock) {
    this.archive = archive;
    this.opened = opened;
    this.host = host;
    this.clock = clock;
  }

  RestoreResult run(RestorePlan plan, Progress progress) {
    // The plan may be an hour old.
    new Premises(plan.request(), plan.details()).check(plan.tablespaces(), host.keepAway());
    warnOfForeignEyes(plan, progress);
    Instant begin = clock.instant();
    Copied copied;
    progress.begin("restoring " + plan.backup(), plan.bytes());
    try {
      copied = copy(plan, progress);
    } catch (IOException e) {
      throw WriteFailure.of("restore into", plan.directory(), e);
    } finally {
      progress.end();
    }
    Duration copying = Duration.between(begin, clock.instant());
    Optional<RestoreResult.Started> server =
        plan.request().start()
            ? Optional.of(new Starter(archive, host, clock).start(plan, progress))
            : Optional.empty();
    return new RestoreResult(
        plan.backup(),
        plan.directory(),
        plan.inventory().files(),
        plan.bytes(),
        copied.written(),
        copied.removed(),
        copying,
        server);
  }

  /** The files go to a user who may be unable to fetch the WAL that they need. */
  private void warnOfForeignEyes(RestorePlan plan, Progress progress) {
    if (plan.request().start() && !plan.request().standby()) {
      return; // this process serves it to the end of its recovery
    }
    String user = plan.inventory().owner().user();
    ServerAccess.unreadable(user, ServerAccess.needed(host))
        .ifPresent(path ->
            progress.warn(
                "the restored server runs as "
                    + user
                    + ", who may not read "
                    + path
                    + ": its restore_command will fail. Run Holdfast as "
                    + user
                    + ", or let "
                    + user
                    + " read configuration, passphrase and repository"));
  }

  private record Copied(long written, long removed) {}

  private Copied copy(RestorePlan plan, Progress progress) throws IOException {
    Path directory = plan.directory();
    createDirectories(plan, directory);
    boolean delta = plan.request().delta() && !Tree.isEmpty(directory);
    try (InterruptedMarker marker = InterruptedMarker.place(directory, aboutRestore(plan))) {
      if (delta) {
        removeControl(directory);
        saveWal(plan, progress);
      }
      List<Path> places = new ArrayList<>(List.of(directory));
      for (TablespaceMap.Place place : plan.tablespaces().places()) {
        createDirectories(plan, place.to());
        places.add(place.to());
      }
      try (DiskSync disk = new DiskSync(places)) {
        Copied copied = copyFiles(plan, delta, progress);
        makeStartable(plan, disk);
        marker.remove();
        return copied;
      }
    }
  }

  private static String aboutRestore(RestorePlan plan) {
    return "Holdfast is restoring backup "
        + plan.backup()
        + " of "
        + plan.cluster()
        + " here, or was interrupted. No server starts from this directory.\n"
        + "`holdfast restore "
        + plan.cluster()
        + " --delta --to …` continues.\n";
  }

  private void saveWal(RestorePlan plan, Progress progress) throws IOException {
    Optional<WalArchive> wal = WalArchive.find(archive, plan.details().server().systemIdentifier());
    if (wal.isEmpty()) {
      return;
    }
    List<Path> files = UnarchivedWal.in(plan.directory(), wal.get());
    if (!files.isEmpty()) {
      Path aside =
          UnarchivedWal.putAside(
              plan.directory(),
              files,
              clock.instant().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", ""));
      progress.warn(
          files.size()
              + " WAL files that are not in the archive were put aside into "
              + aside
              + "; `holdfast wal push` archives them");
    }
  }

  private static void removeControl(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(CONTROL));
    if (Files.isDirectory(directory.resolve("global"))) {
      DiskSync.one(directory.resolve("global"));
    }
  }

  /**
   * Durable: the entry of each created directory is on the disk. What is made on the way belongs to
   * the owner of the files too, who has to pass through it.
   */
  private static void createDirectories(RestorePlan plan, Path directory) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path at = directory; at != null && !Files.isDirectory(at); at = at.getParent()) {
      missing.push(at);
    }
    FileOwner owner = plan.inventory().owner();
    for (Path path : missing) {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(Ownership.permissions(0700)));
      plan.ownership().give(path, owner.user(), owner.group());
      DiskSync.one(path.resolveSibling(""));
    }
  }

  private Copied copyFiles(RestorePlan plan, boolean delta, Progress progress) {
    BackupReader backup = opened.of(plan.backup());
    Map<String, byte[]> outside = new HashMap<>();
    ExtraFiles extra = new ExtraFiles(plan.directory());
    try (TreeWriter writer =
            new TreeWriter(
                plan.directory(),
                delta,
                plan.ownership(),
                plan.request().workers(),
                backup::openReader,
                progress);
        ChunkReader companions = backup.openReader()) {
      backup.files(entry -> {
        if (entry.path().startsWith(PhysicalDetails.CONFIG_PREFIX)) {
          readOutside(entry, companions, outside);
          return;
        }
        if (entry.path().equals(InterruptedMarker.NAME)) {
          return; // the source's own, left by a restore long ago; ours lies there now
        }
        if (delta) {
          extra.visit(entry);
        }
        if (entry.kind() == StoredFile.Kind.LINK) {
          link(plan, entry);
        } else {
          writer.add(entry);
        }
      });
      long written = writer.finish();
      long removed = delta ? extra.finish() : 0;
      FileOwner owner = plan.inventory().owner();
      own(plan, real(plan.directory()), plan.inventory().mode(), owner);
      configure(plan, outside);
      WalSpool.prepare(plan.directory(), plan.details().server().systemIdentifier());
      return new Copied(written, removed);
    }
  }

  /** What a link leads to belongs to the server; the link itself is nobody's business. */
  private static Path real(Path directory) {
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      throw WriteFailure.of("look at", directory, e);
    }
  }

  private static void readOutside(
      StoredFile entry, ChunkReader reader, Map<String, byte[]> outside) {
    if (entry.kind() != StoredFile.Kind.FILE || entry.length() > LARGEST_CONFIG) {
      return;
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (Extent extent : entry.extents()) {
      switch (extent) {
        case Extent.Slice slice ->
            content.write(
                reader.read(slice.chunk()), slice.offset(), Math.toIntExact(slice.length()));
        case Extent.Hole hole -> content.writeBytes(new byte[Math.toIntExact(hole.length())]);
      }
    }
    outside.put(entry.path(), content.toByteArray());
  }

  private static void link(RestorePlan plan, StoredFile entry) {
    Path path = RawPath.below(plan.directory(), entry.path());
    long oid = Inventory.tablespace(entry.path());
    Path target =
        plan.tablespaces().places().stream()
            .filter(place -> place.oid() == oid)
            .map(TablespaceMap.Place::to)
            .findFirst()
            .orElseGet(() -> RawPath.of(entry.target()));
    try {
      if (Files.isSymbolicLink(path) && Files.readSymbolicLink(path).equals(target)) {
        return;
      }
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        Tree.delete(path);
      }
      Files.createSymbolicLink(path, target);
      plan.ownership().give(path, entry.owner(), entry.group());
      own(plan, target, 0700, new FileOwner(entry.owner(), entry.group()));
    } catch (IOException e) {
      throw WriteFailure.of("link", path, e);
    }
  }

  private void configure(RestorePlan plan, Map<String, byte[]> outside) {
    ConfigWriter config = configWriter(plan, outside);
    try {
      config.put("backup_label", plan.details().label());
      if (plan.request().takeOver()) {
        config.keepOutsideFiles();
      }
      config.write(
          plan.settings(),
          RecoverySettings.signalFile(plan.request()),
          "backup "
              + plan.backup()
              + " of "
              + plan.cluster()
              + " to "
              + plan.request().target()
              + ", "
              + clock.instant());
    } catch (IOException e) {
      throw WriteFailure.of("configure", plan.directory(), e);
    }
  }

  private static ConfigWriter configWriter(RestorePlan plan, Map<String, byte[]> outside) {
    return new ConfigWriter(
        plan.directory(), plan.details(), plan.ownership(), plan.inventory().owner(), outside);
  }

  private static void own(RestorePlan plan, Path path, int mode, FileOwner owner) {
    try {
      plan.ownership().apply(path, mode, owner.user(), owner.group(), false);
    } catch (IOException e) {
      throw WriteFailure.of("set mode and owner of", path, e);
    }
  }

  /** The directory becomes startable with the rename of pg_control, when all else is durable. */
  private static void makeStartable(RestorePlan plan, DiskSync disk) throws IOException {
    disk.everything();
    Path directory = plan.directory();
    configWriter(plan, Map.of())
        .put(CONTROL, ControlFile.withoutCheckpoint(plan.details().control()));
    DiskSync.one(directory.resolve("global"));
    DiskSync.one(directory);
  }
}
