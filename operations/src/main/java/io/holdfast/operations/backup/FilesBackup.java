package io.holdfast.operations.backup;

import io.holdfast.operations.files.FilesDetails;
import io.holdfast.postgres.RawPath;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ChunkSink;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Extent;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.StoredFile;
import io.holdfast.repository.StoredFile.Kind;
import io.holdfast.storage.RateLimit;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A backup of directories that belong to a database: uploads and the like. A file whose length,
 * times and inode are what they were at the last backup of files is taken over from it without
 * being read; every such backup is whole by itself all the same.
 */
public final class FilesBackup {
  private static final int NOTES = 200;
  private static final int CANDIDATES = 10;

  /** Entries that wait until the chunk that holds the end of one of them is stored. */
  private static final int WAITING = 4096;

  private static final int ATTEMPTS = 3;

  /**
   * What was changed so shortly before the earlier backup may have been changed again within one
   * tick of the file system's clock, after it was read.
   */
  private static final Duration TICK = Duration.ofSeconds(2);

  private final ClusterArchive cluster;
  private final FilesRequest request;
  private final Progress progress;
  private final InstantSource clock;
  private final RateLimit limit;
  private final List<String> notes = new ArrayList<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long bytesRead;
  private long unchanged;

  /** An entry whose extents come to be known. */
  private record Waiting(StoredFile file, List<Extent> extents) {}

  /** The earlier backup that is built on. */
  private record Earlier(Manifest manifest, ParentFiles files, Set<PackRef> evicted) {}

  private FilesBackup(
      ClusterArchive cluster, FilesRequest request, Progress progress, InstantSource clock) {
    this.cluster = cluster;
    this.request = request;
    this.progress = progress;
    this.clock = clock;
    this.limit = new RateLimit(request.bytesPerSecond(), System::nanoTime);
  }

  /**
   * Takes a backup; when it throws, there is none.
   *
   * @throws io.holdfast.repository.LeaseHeldException if another backup of this cluster runs
   * @throws HoldfastException (usage) if a directory is not there; (source) if something cannot be
   *     read; (repository) if something could not be made durable; (interrupted) if this thread was
   */
  public static FilesOutcome run(
      ClusterArchive cluster, FilesRequest request, Progress progress, InstantSource clock) {
    try {
      return new FilesBackup(cluster, request, progress, clock).run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException(
          ExitStatus.INTERRUPTED, "could not finish the backup of files: interrupted", null, e);
    }
  }

  /**
   * Looks whether there is what is to be backed up, before hours are spent on the database.
   *
   * @throws HoldfastException (usage) if a directory is not there, or a pattern is none
   */
  public static void check(FilesRequest request) {
    FileTree _ = new FileTree(request.directories(), request.exclude(), note -> {});
  }

  private FilesOutcome run() throws InterruptedException {
    FileTree tree = new FileTree(request.directories(), request.exclude(), this::note);
    Instant began = clock.instant();
    List<BackupId> ids = cluster.backupIds();
    BackupId id =
        BackupId.next(
            began,
            new SecureRandom(),
            ids.isEmpty() ? Optional.empty() : Optional.of(ids.getLast()));
    try (Lease lease = cluster.acquire("backup", LeaseOptions.of("backup " + id));
        BackupWriter writer = cluster.begin(id, request.write())) {
      Optional<Manifest> parent = request.full() ? Optional.empty() : parent();
      if (parent.isEmpty()) {
        store(tree, writer, Optional.empty());
      } else {
        Set<PackRef> evicted = Compaction.of(parent.get().packs()).evicted();
        writer.inheriting(parent.get(), evicted);
        BackupReader reader = cluster.open(parent.get().id());
        try (ParentFiles files = new ParentFiles(reader, this::note)) {
          store(tree, writer, Optional.of(new Earlier(parent.get(), files, evicted)));
        }
      }
      return commit(writer, lease, parent, began);
    }
  }

  private Optional<Manifest> parent() {
    int looked = 0;
    for (BackupId id : cluster.backupIds().reversed()) {
      try {
        Manifest manifest = cluster.open(id).manifest();
        if (manifest.kind().equals(FilesDetails.KIND)) {
          if (isWhole(manifest)) {
            return Optional.of(manifest);
          }
          note("backup " + id + " is not built on: it is not whole on every site that is required");
          looked++;
        }
      } catch (HoldfastException e) {
        if (e.status() == ExitStatus.INTERRUPTED) {
          throw e;
        }
        note("backup " + id + " is not built on: " + e.getMessage());
        looked++;
      }
      if (looked == CANDIDATES) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private boolean isWhole(Manifest manifest) {
    return cluster.lackOf(manifest).isEmpty() && cluster.requiredSiteWithout(manifest).isEmpty();
  }

  private void store(FileTree tree, BackupWriter writer, Optional<Earlier> earlier) {
    progress.begin("backing up files", 0);
    try (ChunkSink sink = writer.openSink()) {
      ChunkFiller filler = new ChunkFiller(sink);
      tree.walk((path, file, state) -> {
        switch (state.type()) {
          case FILE -> file(path, file, state, filler, earlier);
          case DIRECTORY -> add(entry(path, Kind.DIRECTORY, state, 0, ""), new ArrayList<>());
          case LINK ->
              add(
                  entry(path, Kind.LINK, state, 0, RawPath.text(Files.readSymbolicLink(file))),
                  new ArrayList<>());
          case SPECIAL -> throw new IllegalStateException(path);
        }
        if (filler.filled() > 0 && waiting.size() >= WAITING) {
          filler.flush();
        }
        if (filler.filled() == 0) {
          handOver(writer);
        }
      });
      filler.flush();
      handOver(writer);
    }
  }

  private void add(StoredFile file, List<Extent> extents) {
    waiting.add(new Waiting(file, extents));
  }

  private void handOver(BackupWriter writer) {
    while (!waiting.isEmpty()) {
      Waiting next = waiting.remove();
      StoredFile file = next.file();
      writer.add(
          new StoredFile(
              file.path(),
              file.kind(),
              file.mode(),
              file.owner(),
              file.group(),
              file.modified(),
              file.length(),
              file.target(),
              next.extents(),
              file.attributes()));
    }
  }

  private void file(
      String path, Path file, FileState state, ChunkFiller filler, Optional<Earlier> earlier)
      throws IOException {
    Optional<StoredFile> before = earlier.flatMap(from -> unchanged(from, path, state));
    if (before.isPresent()) {
      unchanged++;
      add(entry(path, Kind.FILE, state, state.size(), ""), new ArrayList<>(before.get().extents()));
      return;
    }
    read(path, file, filler);
  }

  private static Optional<StoredFile> unchanged(Earlier earlier, String path, FileState state) {
    Optional<StoredFile> before;
    try {
      before = earlier.files().find(path);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException(
          ExitStatus.INTERRUPTED, "could not finish the backup of files: interrupted", null, e);
    }
    return before
        .filter(known ->
            known.length() == state.size()
                && known.modified().equals(state.modified())
                && attributes(state).equals(known.attributes()))
        .filter(known -> state.changed().isBefore(earlier.manifest().started().minus(TICK)))
        .filter(known ->
            known.extents().stream()
                .noneMatch(extent ->
                    extent instanceof Extent.Slice slice
                        && earlier.evicted().contains(slice.chunk().pack())));
  }

  /** A file that is written to meanwhile is read again; one that never rests is kept as it was. */
  private void read(String path, Path file, ChunkFiller filler) throws IOException {
    for (int attempt = 1; ; attempt++) {
      List<Extent> extents = new ArrayList<>();
      FileState before;
      FileState after;
      long length;
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
        before = FileState.of(file);
        length = read(channel, filler, extents);
        after = FileState.of(file);
      } catch (NoSuchFileException e) {
        return;
      } catch (FileSystemException e) {
        throw e;
      } catch (IOException e) {
        throw new FileSystemException(file.toString(), null, e.getMessage());
      }
      boolean rested = after.hasContentOf(before) && length == after.size();
      if (rested || attempt == ATTEMPTS) {
        if (!rested) {
          note(file + " was written to while it was read");
        }
        add(entry(path, Kind.FILE, before, length, ""), extents);
        return;
      }
    }
  }

  private long read(FileChannel channel, ChunkFiller filler, List<Extent> extents)
      throws IOException {
    long length = 0;
    while (true) {
      ByteBuffer into = ByteBuffer.wrap(filler.buffer(), filler.filled(), filler.room());
      int read = channel.read(into);
      if (read < 0) {
        return length;
      }
      filler.took(read, extents);
      length += read;
      bytesRead += read;
      progress.advance(read);
      pace(read);
    }
  }

  private void pace(int bytes) {
    try {
      limit.take(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException(
          ExitStatus.INTERRUPTED, "could not finish the backup of files: interrupted", null, e);
    }
  }

  private static StoredFile entry(
      String path, Kind kind, FileState state, long length, String target) {
    return new StoredFile(
        path,
        kind,
        state.mode(),
        state.owner(),
        state.group(),
        state.modified(),
        length,
        target,
        List.of(),
        kind == Kind.FILE ? attributes(state) : Map.of());
  }

  /** By what a file is known again, besides its length and when it was written to. */
  private static Map<String, String> attributes(FileState state) {
    return Map.of(
        "changed", state.changed().toString(), "inode", Long.toUnsignedString(state.inode()));
  }

  private FilesOutcome commit(
      BackupWriter writer, Lease lease, Optional<Manifest> parent, Instant began) {
    progress.begin("making the backup durable", 0);
    FilesDetails details =
        new FilesDetails(
            request.directories().stream().map(Path::toString).toList(),
            request.exclude(),
            request.database(),
            unchanged,
            notes);
    Manifest manifest =
        writer.commit(
            new BackupWriter.Commit(
                FilesDetails.KIND,
                parent.map(Manifest::id),
                began,
                clock.instant(),
                bytesRead,
                details.toJson()),
            lease::ensureHeld);
    progress.end();
    return new FilesOutcome(manifest, details);
  }

  private void note(String line) {
    progress.note(line);
    if (notes.size() < NOTES) {
      notes.add(line);
    }
  }
}
