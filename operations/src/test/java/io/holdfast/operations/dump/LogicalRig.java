package io.holdfast.operations.dump;

import io.holdfast.operations.logical.BlockList;
import io.holdfast.operations.logical.FiguresJson;
import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.operations.logical.LogicalDetails.DumpedDatabase;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.postgres.BlockScanner;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.DatabaseFigures;
import io.holdfast.postgres.MomentSession;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.ChunkSink;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Extent;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.repository.StoredFile;
import io.holdfast.repository.WriteOptions;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.PgClients;
import io.holdfast.testkit.TestCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * A repository in memory and logical backups in it, written the plainest way: no snapshot, no
 * threads, so that a fault in taking them cannot hide one in reading them. Chunks and parts are
 * small, that there are many.
 */
public final class LogicalRig implements AutoCloseable {
  private static final int LARGEST_CHUNK = 20_000;
  private static final int PART = 150_000;

  final Storage storage = Storages.memory("test");
  public final ClusterArchive cluster;

  /** What is made of the figures and the globals, for backups that say what is not so. */
  public UnaryOperator<DatabaseFigures> figures = UnaryOperator.identity();

  public UnaryOperator<String> globals = UnaryOperator.identity();

  /** What is kept of what pg_dump wrote, of which it is known where its tables lie. */
  public UnaryOperator<byte[]> kept = UnaryOperator.identity();

  private final Repository repository;
  private final Random random = new Random(5);
  private int count;

  public LogicalRig() {
    repository = Repository.create(storage, new KeySource.None(), "test", InstantSource.system());
    cluster = repository.cluster("main");
  }

  public LogicalBackup backUp(TestCluster server, String... databases) {
    BackupId id = new BackupId("20261126T12000" + count++ + "Z-test");
    try (BackupWriter writer = cluster.begin(id, WriteOptions.DEFAULT)) {
      List<StoredFile> files = new ArrayList<>();
      List<DumpedDatabase> made = new ArrayList<>();
      try (ChunkSink sink = writer.openSink()) {
        for (int i = 0; i < databases.length; i++) {
          byte[] archive = PgClients.dump(server, databases[i]);
          add(files, sink, i + 1, databases[i], archive);
          ByteArrayOutputStream figures = new ByteArrayOutputStream();
          FiguresJson.write(this.figures.apply(figures(server, databases[i])), figures);
          files.add(
              file(LogicalFiles.figures(i + 1), store(sink, figures.toByteArray()), Map.of()));
          made.add(
              new DumpedDatabase(
                  i + 1, databases[i], archive.length, archive.length, 1, 1, 0, Duration.ZERO));
        }
        byte[] globals =
            PgClients.run(server, "postgres", "pg_dumpall", new byte[0], List.of("--globals-only"));
        byte[] said =
            this.globals
                .apply(new String(globals, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
        files.add(file(LogicalFiles.GLOBALS, store(sink, said), Map.of()));
      }
      files.forEach(writer::add);
      writer.commit(
          new BackupWriter.Commit(
              LogicalFiles.KIND,
              Optional.empty(),
              Instant.EPOCH,
              Instant.EPOCH,
              0,
              details(made).toJson()),
          () -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return LogicalBackup.open(cluster, id);
  }

  private static DatabaseFigures figures(TestCluster server, String database) {
    ConnectionSettings connection =
        ConnectionSettings.parse(server.conninfo()).with("dbname", database);
    try (MomentSession session = MomentSession.begin(connection)) {
      return session.figures(true);
    }
  }

  private static LogicalDetails details(List<DumpedDatabase> databases) {
    return new LogicalDetails(
        new LogicalDetails.Server(150000, "15", OptionalLong.empty(), false),
        "15",
        new LogicalDetails.Moment(Instant.EPOCH, Instant.EPOCH, true),
        databases,
        true,
        true,
        List.of(),
        List.of(),
        1,
        Duration.ZERO,
        LogicalDetails.Choice.ALL);
  }

  private void add(
      List<StoredFile> files, ChunkSink sink, int number, String database, byte[] archive)
      throws IOException {
    BlockScanner scanner = BlockScanner.create();
    scanner.feed(archive, 0, archive.length);
    List<Extent> extents = store(sink, kept.apply(archive));
    List<Extent> part = new ArrayList<>();
    long length = 0;
    int parts = 1;
    for (Extent extent : extents) {
      if (length + extent.length() > PART) {
        files.add(
            file(
                LogicalFiles.archive(number, parts++),
                part,
                Map.of(LogicalFiles.DATABASE, database)));
        part = new ArrayList<>();
        length = 0;
      }
      part.add(extent);
      length += extent.length();
    }
    files.add(
        file(LogicalFiles.archive(number, parts), part, Map.of(LogicalFiles.DATABASE, database)));
    ByteArrayOutputStream blocks = new ByteArrayOutputStream();
    BlockList.write(scanner.finish(), blocks);
    files.add(file(LogicalFiles.blocks(number), store(sink, blocks.toByteArray()), Map.of()));
  }

  private List<Extent> store(ChunkSink sink, byte[] content) {
    List<Extent> extents = new ArrayList<>();
    int at = 0;
    while (at < content.length) {
      int length = Math.min(content.length - at, 1 + random.nextInt(LARGEST_CHUNK));
      ChunkRef chunk = sink.store(content, at, length);
      extents.add(new Extent.Slice(length, chunk, 0));
      at += length;
    }
    return extents;
  }

  private static StoredFile file(
      String path, List<Extent> extents, Map<String, String> attributes) {
    return new StoredFile(
        path,
        StoredFile.Kind.FILE,
        0600,
        "postgres",
        "postgres",
        Instant.EPOCH,
        extents.stream().mapToLong(Extent::length).sum(),
        "",
        List.copyOf(extents),
        attributes);
  }

  /** Turns a bit in the middle of what lies there of the dumps. */
  public void damagePacks() {
    List<ObjectKey> packs = new ArrayList<>();
    storage.list("clusters/main/packs", stat -> packs.add(stat.key()));
    for (ObjectKey pack : packs) {
      byte[] content = storage.read(pack).content();
      content[content.length / 2] ^= 4;
      storage.delete(pack);
      storage.create(pack, content);
    }
  }

  @Override
  public void close() {
    repository.close();
    storage.close();
  }
}
