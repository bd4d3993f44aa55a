package io.holdfast.cli.demo;

import io.holdfast.cli.terminal.Console;
import io.holdfast.embedded.ClusterOptions;
import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.operations.backup.BackupOutcome;
import io.holdfast.operations.backup.BackupRequest;
import io.holdfast.operations.backup.PhysicalBackup;
import io.holdfast.operations.restore.RecoveryTarget;
import io.holdfast.operations.restore.Restore;
import io.holdfast.operations.restore.RestoreHost;
import io.holdfast.operations.restore.RestoreRequest;
import io.holdfast.operations.restore.RestoreResult;
import io.holdfast.operations.wal.Receiver;
import io.holdfast.operations.wal.ReceiverOptions;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.ServerSession;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Repository;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * From an empty folder to a proven point-in-time recovery, with the same operations that the
 * commands use. Cleans up after itself, also when it fails or is interrupted.
 */
public final class DemoRun {
  private static final String CLUSTER = "shop";

  private final DemoOptions options;
  private final Console console;
  private final InstantSource clock;
  private final Steps steps;
  private final DemoPlace place = new DemoPlace();
  private final String passphrase;

  public DemoRun(DemoOptions options, Console console) {
    this.options = options;
    this.console = console;
    this.clock = console.clock();
    this.steps = new Steps(console);
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    this.passphrase = HexFormat.of().formatHex(random);
  }

  /** Runs it; the report says whether the comparison held. */
  public DemoReport run() {
    try (place) {
      place.requireRoom(options.dataSize());
      PostgresBinaries binaries =
          PostgresBinaries.newest(options.binaries())
              .orElseThrow(() ->
                  new HoldfastException(
                      ExitStatus.USAGE,
                      "could not find the PostgreSQL that the demo brings along",
                      "Build the distribution again: its folder 'demo' holds it."));
      EmbeddedPostgres server = startServer(binaries);
      try (Storage storage = Storages.local(place.at("repository"));
          Repository repository = createRepository(storage)) {
        return show(binaries, server, repository.cluster(CLUSTER));
      } finally {
        if (options.keep()) {
          server.abandon();
        } else {
          server.close();
        }
      }
    }
  }

  private DemoReport show(
      PostgresBinaries binaries, EmbeddedPostgres server, ClusterArchive cluster) {
    Shop shop =
        steps
            .step(
                () -> Shop.create(server.port(), options.dataSize()),
                made -> "created a small shop: " + String.join(", ", Shop.TABLES))
            .result();
    ConnectionSettings connection = ConnectionSettings.parse(server.conninfo());
    try (shop;
        Receiver receiver = startReceiver(cluster, connection)) {
      Steps.Timed<BackupOutcome> backup = backUp(cluster, connection, server.dataDirectory());
      steps.step(() -> shop.live(7), "the shop lived on for a week: new users, orders, prices");
      backUp(cluster, connection, server.dataDirectory());
      Map<String, Optional<Shop.Content>> before = shop.content();
      Instant justBefore = shop.serverTime();
      steps.step(shop::dropUsers, "ACCIDENT: somebody ran DROP TABLE users");
      shop.orderOnly();
      Map<String, Optional<Shop.Content>> after = shop.content();
      awaitShipped(receiver, connection);
      Steps.Timed<RestoreResult> restored = restore(binaries, cluster, connection, justBefore);
      return report(binaries, before, after, backup, restored, server);
    }
  }

  private EmbeddedPostgres startServer(PostgresBinaries binaries) {
    return steps
        .step(
            () -> {
              EmbeddedPostgres server =
                  EmbeddedPostgres.create(
                      binaries, place.at("live"), place.at("live.log"), ClusterOptions.defaults());
              server.start();
              return server;
            },
            server -> "started PostgreSQL " + binaries.version() + " on 127.0.0.1:" + server.port())
        .result();
  }

  private Repository createRepository(Storage storage) {
    return steps
        .step(
            () -> {
              try (Secret secret = Secret.copyOf(passphrase.getBytes(StandardCharsets.UTF_8))) {
                return Repository.create(
                    storage, new KeySource.Keys(List.of(secret), List.of()), "demo", clock);
              }
            },
            made -> "created an encrypted repository in " + storage.description())
        .result();
  }

  private Receiver startReceiver(ClusterArchive cluster, ConnectionSettings connection) {
    return steps
        .step(
            () ->
                Receiver.start(
                    cluster,
                    ReceiverOptions.continuous(
                        connection, "holdfast", made(place.at("spool")), Duration.ofSeconds(1)),
                    console.warnings(),
                    clock),
            receiver -> "streaming WAL into it, the unfinished segment every second")
        .result();
  }

  private Steps.Timed<BackupOutcome> backUp(
      ClusterArchive cluster, ConnectionSettings connection, Path directory) {
    return steps.step(
        () ->
            PhysicalBackup.run(
                cluster,
                BackupRequest.of(connection)
                    .but(change -> change.dataDirectory = Optional.of(directory)),
                console.warnings(),
                clock),
        outcome -> {
          Manifest.Totals totals = outcome.manifest().totals();
          return "took backup "
              + outcome.manifest().id()
              + ": "
              + ByteSize.format(totals.bytes())
              + " in "
              + totals.files()
              + " files, "
              + (outcome.manifest().parent().isPresent()
                  ? ByteSize.format(totals.bytesRead()) + " of them read again, "
                  : "")
              + "stored as "
              + ByteSize.format(totals.bytesStored());
        });
  }

  private void awaitShipped(Receiver receiver, ConnectionSettings connection) {
    steps.step(
        () -> {
          try (var session = ServerSession.connect(connection)) {
            if (!receiver.awaitDurable(session.currentLsn(), Duration.ofMinutes(1))) {
              throw new HoldfastException(
                  ExitStatus.SOURCE_FAILED, "could not get the WAL of the last moment", null);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HoldfastException(ExitStatus.INTERRUPTED, "interrupted");
          }
        },
        "the WAL up to this moment is in the repository");
  }

  private Steps.Timed<RestoreResult> restore(
      PostgresBinaries binaries,
      ClusterArchive cluster,
      ConnectionSettings connection,
      Instant target) {
    RestoreHost host =
        new RestoreHost(
            List.of(
                options.installation().resolve("bin/holdfast-wal").toString(),
                "get",
                "--config",
                place.at("holdfast.yaml").toString(),
                CLUSTER),
            List.of(place.at("repository")),
            List.of(binaries.directory()),
            Optional.of(connection));
    return steps.step(
        () -> {
          Restore restore = new Restore(cluster, host, clock);
          return restore.run(
              restore.plan(
                  RestoreRequest.to(place.at("restored"))
                      .at(new RecoveryTarget.Moment(target, true, Optional.empty()))
                      .start(true)
                      .build(),
                  console.warnings()),
              console.warnings());
        },
        result -> "restored the cluster to the moment before, and started it");
  }

  private DemoReport report(
      PostgresBinaries binaries,
      Map<String, Optional<Shop.Content>> before,
      Map<String, Optional<Shop.Content>> after,
      Steps.Timed<BackupOutcome> backup,
      Steps.Timed<RestoreResult> restored,
      EmbeddedPostgres live) {
    RestoreResult.Started copy = restored.result().server().orElseThrow();
    Map<String, Optional<Shop.Content>> recovered;
    try (Shop shop = Shop.open(copy.port())) {
      recovered = shop.content();
    } finally {
      if (!options.keep()) {
        stop(copy);
      }
    }
    Manifest.Totals totals = backup.result().manifest().totals();
    return new DemoReport(
        binaries.version(),
        before,
        after,
        recovered,
        totals.bytesRead(),
        totals.bytesStored(),
        backup.took(),
        restored.took(),
        options.keep() ? keep(live, copy) : DemoNext.commands(options.started()));
  }

  private static void stop(RestoreResult.Started copy) {
    ProcessHandle.of(copy.pid())
        .ifPresent(process -> {
          process.destroy();
          process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
        });
  }

  private List<String> keep(EmbeddedPostgres live, RestoreResult.Started copy) {
    place.keep();
    try {
      Files.createFile(
          place.at("passphrase"),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(place.at("passphrase"), passphrase + "\n");
      Files.writeString(place.at("holdfast.yaml"), DemoNext.settings(place.base(), live));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return DemoNext.lookAround(options.installation(), place.base(), live, copy);
  }

  private static Path made(Path directory) {
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
