package io.holdfast.operations.dumping;

import io.holdfast.operations.logical.FiguresJson;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.DatabaseFigures;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Extent;
import io.holdfast.repository.KeyPairText;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.repository.StoredFile;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.PgClients;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A repository, logical backups into it, and the plainest way to what they hold. */
final class DumpRig implements AutoCloseable {
  final Storage storage;
  final Repository repository;
  final ClusterArchive cluster;
  final List<String> warnings = new CopyOnWriteArrayList<>();
  final Progress progress = new Warnings(warnings);

  DumpRig() {
    this(Storages.memory("test"), false);
  }

  DumpRig(Storage storage, boolean encrypted) {
    this.storage = storage;
    KeySource keys =
        encrypted
            ? new KeySource.Keys(List.of(), List.of(KeyPairText.generate().privateKey()))
            : new KeySource.None();
    this.repository = Repository.create(storage, keys, "test", InstantSource.system());
    this.cluster = repository.cluster("main");
  }

  LogicalOutcome backUp(TestCluster server) {
    return backUp(server, change -> {});
  }

  LogicalOutcome backUp(TestCluster server, Consumer<LogicalRequest.Change> changes) {
    LogicalRequest request =
        LogicalRequest.of(ConnectionSettings.parse(server.conninfo()))
            .but(change -> change.programs = List.of(PgClients.directory()))
            .but(changes);
    return Dumping.run(cluster, request, progress, InstantSource.system());
  }

  Map<String, StoredFile> files(BackupId id) {
    TreeMap<String, StoredFile> files = new TreeMap<>();
    cluster.open(id).files(file -> files.put(file.path(), file));
    return files;
  }

  byte[] content(BackupId id, String path) {
    BackupReader backup = cluster.open(id);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ChunkReader reader = backup.openReader()) {
      backup.files(path, path, file -> write(reader, file, bytes));
    }
    return bytes.toByteArray();
  }

  byte[] archive(BackupId id, int database) {
    return archive(cluster, id, database);
  }

  static byte[] archive(ClusterArchive cluster, BackupId id, int database) {
    BackupReader backup = cluster.open(id);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ChunkReader reader = backup.openReader()) {
      backup.files(
          LogicalFiles.firstArchive(database),
          LogicalFiles.lastArchive(database),
          part -> write(reader, part, bytes));
    }
    return bytes.toByteArray();
  }

  private static void write(ChunkReader reader, StoredFile file, ByteArrayOutputStream to) {
    for (Extent extent : file.extents()) {
      Extent.Slice slice = (Extent.Slice) extent;
      to.write(reader.read(slice.chunk()), slice.offset(), (int) slice.length());
    }
  }

  DatabaseFigures figures(BackupId id, int database) {
    return FiguresJson.read(new ByteArrayInputStream(content(id, LogicalFiles.figures(database))));
  }

  @Override
  public void close() {
    repository.close();
    storage.close();
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
