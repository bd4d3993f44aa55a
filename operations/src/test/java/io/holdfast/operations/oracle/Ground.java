package io.holdfast.operations.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.operations.backup.BackupOutcome;
import io.holdfast.operations.backup.BackupRequest;
import io.holdfast.operations.backup.PhysicalBackup;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.restore.RecoveryTarget;
import io.holdfast.operations.restore.Restore;
import io.holdfast.operations.restore.RestoreHost;
import io.holdfast.operations.restore.RestoreRequest;
import io.holdfast.operations.wal.Receiver;
import io.holdfast.operations.wal.ReceiverOptions;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalItem;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.TemporaryFiles;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A repository in a folder, WAL that streams into it, backups into it and restores out of it. */
final class Ground implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path home = ServerAccount.current().newTemporaryDirectory("hforacle");
  private final Path folder = home.resolve("repository");
  private final Path spool = home.resolve("spool");
  final Storage storage = Storages.local(folder);
  private final Repository repository =
      Repository.create(storage, new KeySource.None(), "test", InstantSource.system());
  final ClusterArchive archive = repository.cluster("main");
  private @Nullable Receiver receiver;
  private int restores;

  Ground() {
    try {
      Files.createDirectory(spool);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on WAL comes from that server. */
  void receiveFrom(TestCluster server) {
    stopReceiving();
    receiver =
        Receiver.start(
            archive,
            ReceiverOptions.continuous(
                ConnectionSettings.parse(server.conninfo()),
                "holdfast",
                spool,
                Duration.ofMillis(200)),
            Progress.NONE,
            InstantSource.system());
  }

  void stopReceiving() {
    if (receiver != null) {
      receiver.close();
      receiver = null;
    }
  }

  private Receiver receiver() {
    if (receiver == null) {
      throw new IllegalStateException("nothing receives WAL");
    }
    return receiver;
  }

  /** Waits until all that the server has written is in the repository. */
  void awaitWal(TestCluster server) {
    Lsn end = Lsn.parse(server.query("SELECT pg_current_wal_flush_lsn()"));
    try {
      assertThat(receiver().awaitDurable(end, PATIENCE)).as(receiver().state().toString()).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  BackupOutcome backUp(TestCluster server, Consumer<BackupRequest.Change> changes) {
    return PhysicalBackup.run(
        archive,
        BackupRequest.of(ConnectionSettings.parse(server.conninfo())).but(changes),
        Progress.NONE,
        InstantSource.system());
  }

  /**
   * Restores with the archived WAL; the server runs and has left recovery.
   *
   * @param takeOver whether it is to take the place of the one that is like it
   */
  TestCluster restore(
      BackupOutcome backup, RecoveryTarget target, TestCluster like, boolean takeOver) {
    Path place = home.resolve("restore" + ++restores);
    Path wal = exportWal(backup.details());
    RestoreHost host =
        new RestoreHost(
            List.of("sh", "-c", "cp \"$0/$1\" \"$2\"", wal.toString()),
            List.of(folder),
            List.of(like.major().binaries().directory()),
            Optional.of(ConnectionSettings.parse(like.conninfo())));
    Restore restore = new Restore(archive, host, InstantSource.system());
    RestoreRequest request =
        RestoreRequest.to(place.resolve("data"))
            .from(Optional.of(backup.manifest().id()))
            .at(target)
            .mapping(mapping(backup.details(), place))
            .takeOver(takeOver)
            .build();
    restore.run(restore.plan(request, Progress.NONE), Progress.NONE);
    TestCluster started = TestCluster.over(like.major(), request.directory());
    try {
      started.start(Map.of("autovacuum", "off"));
      started.await("SELECT NOT pg_is_in_recovery()");
      return started;
    } catch (RuntimeException | Error e) {
      started.close();
      throw e;
    } finally {
      TemporaryFiles.delete(wal);
    }
  }

  /** Spoils a byte in every 16 KiB of every pack, behind the first ones; returns how many. */
  long damagePacks() throws IOException {
    long spoilt = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path pack : files.filter(each -> each.toString().endsWith(".pack")).toList()) {
        try (FileChannel channel =
            FileChannel.open(pack, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
          boolean listsFiles = channel.size() < 512 << 10; // and no pages
          for (long at = 8 << 10; at < channel.size() && !listsFiles; at += 16 << 10) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 0x55)}), at);
            spoilt++;
          }
        }
      }
    }
    return spoilt;
  }

  /** Makes room; the server must be closed. */
  void forgetRestored() {
    for (int i = 1; i <= restores; i++) {
      TemporaryFiles.delete(home.resolve("restore" + i));
    }
  }

  private static Map<String, Path> mapping(PhysicalDetails details, Path place) {
    Map<String, Path> mapping = new HashMap<>();
    details.tablespaces().stream()
        .filter(each -> !each.location().isEmpty())
        .forEach(each -> mapping.put(each.location(), place.resolve("ts" + each.oid())));
    return mapping;
  }

  private Path exportWal(PhysicalDetails details) {
    WalArchive wal =
        WalArchive.of(
            archive, details.server().systemIdentifier(), details.server().walSegmentSize());
    List<String> names = new ArrayList<>();
    wal.list(item -> {
      switch (item) {
        case WalItem.Segment s when needed(s.segment(), details) -> names.add(s.segment().name());
        case WalItem.Part p when needed(p.segment(), details) -> names.add(p.segment().name());
        case WalItem.History h -> names.add(TimelineHistory.fileName(h.timeline()));
        default -> {}
      }
    });
    try {
      Path to = Files.createDirectory(home.resolve("wal"));
      for (String name : names.stream().distinct().toList()) {
        try (OutputStream out = Files.newOutputStream(to.resolve(name))) {
          assertThat(wal.fetch(name, out)).isPresent();
        }
        Files.setPosixFilePermissions(
            to.resolve(name), PosixFilePermissions.fromString("rw-r--r--"));
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean needed(WalSegment segment, PhysicalDetails details) {
    return segment.end().isAfter(details.window().start());
  }

  @Override
  public void close() {
    stopReceiving();
    repository.close();
    storage.close();
    TemporaryFiles.delete(home);
  }
}
