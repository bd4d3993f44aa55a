package io.holdfast.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.wal.FetchedWal;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.RawPath;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Extent;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.Repository;
import io.holdfast.repository.StoredFile;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A repository in memory, backups into it, and the plainest way back: no planning, no threads, so
 * that a fault of the restore verb cannot hide one of the backup verb.
 */
public final class BackupRig implements AutoCloseable {
  public final Storage storage;
  final Repository repository;
  public final ClusterArchive cluster;
  private final List<Path> directories = new ArrayList<>();
  final List<String> warnings = new CopyOnWriteArrayList<>();
  final Progress progress = new Warnings(warnings);

  public BackupRig() {
    this(Storages.memory("test"));
  }

  public BackupRig(Storage storage) {
    this.storage = storage;
    this.repository =
        Repository.create(storage, new KeySource.None(), "test", InstantSource.system());
    this.cluster = repository.cluster("main");
  }

  public BackupOutcome backUp(TestCluster server) {
    return backUp(server, change -> {});
  }

  public BackupOutcome backUp(TestCluster server, Consumer<BackupRequest.Change> changes) {
    return PhysicalBackup.run(
        cluster, request(server).but(changes), progress, InstantSource.system());
  }

  static BackupRequest request(TestCluster server) {
    return BackupRequest.of(ConnectionSettings.parse(server.conninfo()));
  }

  /** Writes the backup and its WAL as a data directory that recovers when it is started. */
  Path materialise(BackupId id) {
    return materialise(id, location -> location);
  }

  /**
   * @param tablespaces new location for an old one
   */
  Path materialise(BackupId id, java.util.function.UnaryOperator<String> tablespaces) {
    Path home = newDirectory("copy");
    Path data = home.resolve("data");
    BackupReader backup = cluster.open(id);
    PhysicalDetails details = PhysicalDetails.of(backup.manifest());
    try (ChunkReader reader = backup.openReader()) {
      create(data, 0700);
      backup.files(file -> write(data, file, reader, tablespaces));
      Files.write(data.resolve("backup_label"), details.label());
      Files.write(data.resolve("global/pg_control"), details.control());
      fetchWal(data, details);
      Files.createFile(data.resolve("recovery.signal"));
      Files.writeString(
          data.resolve("postgresql.auto.conf"),
          "restore_command = 'false'\nprimary_conninfo = ''\n",
          StandardOpenOption.APPEND);
      own(home);
      backup.files(file -> {
        if (file.kind() == StoredFile.Kind.LINK) {
          own(Path.of(tablespaces.apply(file.target())));
        }
      });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return data;
  }

  private static void write(
      Path data,
      StoredFile file,
      ChunkReader reader,
      java.util.function.UnaryOperator<String> tablespaces) {
    if (file.path().startsWith(PhysicalDetails.CONFIG_PREFIX)) {
      return;
    }
    Path path = RawPath.resolve(data, file.path());
    try {
      switch (file.kind()) {
        case DIRECTORY -> create(path, file.mode());
        case LINK -> {
          Path target = Path.of(tablespaces.apply(file.target()));
          Files.createDirectories(target);
          Files.createSymbolicLink(path, target);
        }
        case FILE -> content(path, file, reader);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void create(Path directory, int mode) throws IOException {
    Files.createDirectory(directory);
    Files.setAttribute(directory, "unix:mode", mode);
  }

  private static void content(Path path, StoredFile file, ChunkReader reader) throws IOException {
    try (SeekableByteChannel out =
        Files.newByteChannel(
            path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
      for (Extent extent : file.extents()) {
        byte[] bytes = new byte[(int) extent.length()];
        if (extent instanceof Extent.Slice slice) {
          byte[] chunk = reader.read(slice.chunk());
          System.arraycopy(chunk, slice.offset(), bytes, 0, bytes.length);
        }
        out.write(java.nio.ByteBuffer.wrap(bytes));
      }
    }
    Files.setAttribute(path, "unix:mode", file.mode());
  }

  private void fetchWal(Path data, PhysicalDetails details) {
    PhysicalDetails.Window window = details.window();
    WalArchive archive =
        WalArchive.of(
            cluster, details.server().systemIdentifier(), details.server().walSegmentSize());
    TimelineHistory path =
        window.stopTimeline() == 1
            ? TimelineHistory.root(1)
            : archive.history(window.stopTimeline()).orElseThrow();
    assertThat(archive.covers(path, window.start(), window.stop())).isTrue();
    WalSegment segment = WalSegment.holding(1, window.start(), archive.segmentSize());
    for (; segment.start().isBefore(window.stop()); segment = segment.next()) {
      String name = segment.onTimeline(window.stopTimeline()).name();
      FetchedWal fetched = archive.fetch(name, data.resolve("pg_wal").resolve(name)).orElseThrow();
      assertThat(fetched.bytes()).isEqualTo(archive.segmentSize());
    }
  }

  private static void own(Path tree) {
    try (Stream<Path> walk = Files.walk(tree)) {
      walk.forEach(ServerAccount.current()::own);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As if it had been lost. */
  void deletePack(PackRef pack) {
    String name = String.format("packs/%s/%06d.pack", pack.backup(), pack.number());
    storage.delete(ObjectKey.of("clusters/main/" + name));
  }

  Map<String, StoredFile> files(BackupId id) {
    TreeMap<String, StoredFile> files = new TreeMap<>();
    cluster.open(id).files(file -> files.put(file.path(), file));
    return files;
  }

  /** For servers' files; deleted when this is closed. */
  Path newDirectory(String prefix) {
    Path directory = ServerAccount.current().newTemporaryDirectory(prefix);
    directories.add(directory);
    return directory;
  }

  @Override
  public void close() {
    repository.close();
    storage.close();
    directories.forEach(BackupRig::delete);
  }

  private static void delete(Path tree) {
    try (Stream<Path> walk = Files.walk(tree)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Warnings(List<String> lines) implements Progress {
    @Override
    public void begin(String task, long totalBytes) {}

    @Override
    public void advance(long bytes) {}

    @Override
    public void end() {}

    @Override
    public void note(String line) {}

    @Override
    public void warn(String line) {
      lines.add(line);
    }
  }
}
