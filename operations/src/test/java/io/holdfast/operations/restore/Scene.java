package io.holdfast.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.operations.backup.BackupOutcome;
import io.holdfast.operations.backup.BackupRequest;
import io.holdfast.operations.backup.PhysicalBackup;
import io.holdfast.operations.wal.Receiver;
import io.holdfast.operations.wal.ReceiverOptions;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalItem;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TestClusterBuilder;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * A running source, a repository, and WAL that streams into it; restored clusters get their WAL by
 * {@code cp} from a folder that {@link #exportWal} fills. Closing ends and deletes everything.
 */
final class Scene implements AutoCloseable {
  final TestCluster source;
  final Path home;
  final Path repositoryFolder;
  final ClusterArchive archive;
  final WalArchive wal;
  private final Storage storage;
  final Repository repository;
  private final Path walFolder;
  private final Path spool;
  private Receiver receiver;

  Scene(PostgresMajor major, UnaryOperator<TestClusterBuilder> options) throws IOException {
    home = ServerAccount.current().newTemporaryDirectory("hfrestore");
    repositoryFolder = home.resolve("repository");
    walFolder = Files.createDirectory(home.resolve("wal"));
    spool = Files.createDirectory(home.resolve("spool"));
    storage = Storages.local(repositoryFolder);
    repository = Repository.create(storage, new KeySource.None(), "test", InstantSource.system());
    archive = repository.cluster("main");
    source = options.apply(TestCluster.of(major)).start();
    receiver = receive(source);
    wal = receiver.archive();
  }

  private Receiver receive(TestCluster from) {
    return Receiver.start(
        archive,
        ReceiverOptions.continuous(
            ConnectionSettings.parse(from.conninfo()), "holdfast", spool, Duration.ofMillis(100)),
        Progress.NONE,
        InstantSource.system());
  }

  /** From now on WAL comes from that server: it took the place of the source. */
  void receiveFrom(TestCluster successor) {
    receiver.close();
    receiver = receive(successor);
  }

  ConnectionSettings connection() {
    return ConnectionSettings.parse(source.conninfo());
  }

  BackupOutcome backup() {
    return PhysicalBackup.run(
        archive, BackupRequest.of(connection()), Progress.NONE, InstantSource.system());
  }

  /** Waits until all that the source has written is in the repository, and fills the folder. */
  void exportWal() throws InterruptedException, IOException {
    exportWalOf(source);
  }

  void exportWalOf(TestCluster server) throws InterruptedException, IOException {
    Lsn end = Lsn.parse(server.query("SELECT pg_current_wal_flush_lsn()"));
    if (!receiver.awaitDurable(end, Duration.ofSeconds(60))) {
      throw new AssertionError("WAL did not arrive: " + receiver.state());
    }
    exportSegments();
  }

  void stopReceiving() {
    receiver.close();
  }

  /** Leaves in the folder only what is in the repository by now. */
  void exportAnew() throws IOException {
    try (DirectoryStream<Path> old = Files.newDirectoryStream(walFolder)) {
      for (Path file : old) {
        Files.delete(file);
      }
    }
    exportSegments();
  }

  void exportSegments() throws IOException {
    TreeSet<String> names = new TreeSet<>();
    wal.list(item -> {
      switch (item) {
        case WalItem.Segment s -> names.add(s.segment().name());
        case WalItem.Part p -> names.add(p.segment().name());
        case WalItem.History h -> names.add(TimelineHistory.fileName(h.timeline()));
        case WalItem.Other o -> {}
      }
    });
    for (String name : names) {
      Path file = walFolder.resolve(name);
      try (OutputStream out = Files.newOutputStream(file)) {
        assertThat(wal.fetch(name, out)).isPresent();
      }
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
  }

  RestoreHost host() {
    return host(List.of("sh", "-c", "cp \"$0/$1\" \"$2\"", walFolder.toString()));
  }

  /**
   * With the client that the distribution ships, and no program for it to start: it gets WAL from a
   * process that serves it, or not at all.
   */
  RestoreHost hostWithClient() throws IOException {
    Path client = home.resolve("holdfast-wal");
    if (!Files.exists(client)) {
      Files.copy(Path.of("../distribution/src/main/launcher/holdfast-wal"), client);
      Files.setPosixFilePermissions(client, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return host(List.of(client.toString(), "get", "main"));
  }

  private RestoreHost host(List<String> walCommand) {
    return new RestoreHost(
        walCommand,
        List.of(repositoryFolder),
        List.of(source.major().binaries().home().resolve("bin")),
        Optional.of(connection()));
  }

  Restore restore() {
    return new Restore(archive, host(), InstantSource.system());
  }

  RestoreResult run(RestoreRequest request) {
    Restore restore = restore();
    return restore.run(restore.plan(request, Progress.NONE), Progress.NONE);
  }

  /** A place beside, which does not exist yet. */
  Path place(String name) {
    return home.resolve(name);
  }

  RestoreRequest.Builder to(String name) {
    return RestoreRequest.to(place(name));
  }

  /** The restored server, started and out of recovery. */
  TestCluster started(Path directory) {
    TestCluster cluster = TestCluster.over(source.major(), directory);
    try {
      cluster.start();
      cluster.await("SELECT NOT pg_is_in_recovery()");
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  TestCluster started(Path directory, Map<String, String> settings) {
    TestCluster cluster = TestCluster.over(source.major(), directory);
    try {
      cluster.start(settings);
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  @Override
  public void close() {
    receiver.close();
    source.close();
    repository.close();
    storage.close();
    try {
      Tree.delete(home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
