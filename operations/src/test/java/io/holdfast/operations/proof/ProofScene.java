package io.holdfast.operations.proof;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.operations.backup.BackupRequest;
import io.holdfast.operations.backup.PhysicalBackup;
import io.holdfast.operations.restore.RecoveryTarget;
import io.holdfast.operations.restore.RestoreHost;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.KeyPairText;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A source, and an encrypted repository on disk, in which somebody may do damage. */
final class ProofScene implements AutoCloseable {
  final TestCluster source;
  final Path home = ServerAccount.current().newTemporaryDirectory("hfproof");
  final Path repositoryFolder = home.resolve("repository");
  final Path scratch = home.resolve("scratch");
  final ClusterArchive archive;
  private final Storage storage;
  private final Repository repository;

  ProofScene(TestCluster source) {
    this.source = source;
    storage = Storages.local(repositoryFolder);
    repository =
        Repository.create(
            storage,
            new KeySource.Keys(List.of(), List.of(KeyPairText.generate().privateKey())),
            "test",
            InstantSource.system());
    archive = repository.cluster("main");
  }

  ConnectionSettings connection() {
    return ConnectionSettings.parse(source.conninfo());
  }

  BackupId backup() {
    return PhysicalBackup.run(
            archive, BackupRequest.of(connection()), Progress.NONE, InstantSource.system())
        .manifest()
        .id();
  }

  /** Stops the source in good order, has somebody change its files, and starts it again. */
  void whileStopped(Change change) {
    source.stop();
    try {
      change.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    source.start();
  }

  interface Change {
    void run() throws IOException;
  }

  /** The first file of a relation. */
  Path fileOf(String relation) {
    return source
        .dataDirectory()
        .resolve(source.query("SELECT pg_relation_filepath('" + relation + "')"));
  }

  /** Likewise, of another database. */
  Path fileOf(String database, String relation) {
    return source
        .dataDirectory()
        .resolve(source.queryIn(database, "SELECT pg_relation_filepath('" + relation + "')"));
  }

  /** What lies in the repository below a folder, encrypted. */
  List<Path> objects(String folder) {
    try (Stream<Path> all = Files.walk(repositoryFolder.resolve(folder))) {
      return all.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void flip(Path file, int at, int bits) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[at] ^= (byte) bits;
    Files.write(file, content);
  }

  Proof prove(BackupId id, Rung level) {
    return prove(id, level, List.of(), Optional.empty());
  }

  Proof prove(BackupId id, Rung level, List<Assertion> assertions, Optional<Proof> earlier) {
    return prover().run(id, request(level, assertions, List.of(), false), earlier);
  }

  Prove prover() {
    return new Prove(archive, host(), InstantSource.system(), Progress.NONE);
  }

  /** A copy at a target, or at any moment. */
  Proof prove(BackupId id, RecoveryTarget target, Optional<RandomGenerator> anyMoment) {
    return prover()
        .run(
            id,
            request(Rung.RESTORED, target, anyMoment, List.of(), List.of(), false),
            Optional.empty());
  }

  /** Archives all WAL that the source has written until now. */
  void archiveWal() {
    String last = source.query("SELECT pg_walfile_name(pg_switch_wal())");
    WalArchive wal = wal();
    for (String name :
        source
            .query(
                "SELECT string_agg(name, ' ' ORDER BY name) FROM pg_ls_waldir() WHERE name ~"
                    + " '^[0-9A-F]{24}$' AND name <= '"
                    + last
                    + "'")
            .split(" ", -1)) {
      wal.putFile(name, source.dataDirectory().resolve("pg_wal").resolve(name));
    }
  }

  WalArchive wal() {
    return WalArchive.of(
        archive,
        Long.parseLong(source.query("SELECT system_identifier FROM pg_control_system()")),
        Integer.parseInt(
            source.query("SELECT setting::int FROM pg_settings WHERE name = 'wal_segment_size'")));
  }

  ProofRequest request(Rung level, List<Assertion> assertions, List<String> hook, boolean keep) {
    return request(level, new RecoveryTarget.Latest(), Optional.empty(), assertions, hook, keep);
  }

  /** Restores as a runbook says, by a program of the test. */
  Proof rehearse(BackupId id, Path program) {
    ProofRequest asked = request(Rung.RESTORED, List.of(), List.of(), false);
    Drill drill =
        new Drill(
            "lost-host",
            List.of("/bin/sh", program.toString()),
            Map.of("PATH", "/usr/bin:/bin"),
            variables ->
                List.of(List.of("key", "check"), List.of("restore", "main", "--take-over")),
            Optional.empty());
    return prover()
        .run(
            id,
            new ProofRequest(
                asked.level(),
                asked.target(),
                asked.anyMoment(),
                asked.scratch(),
                asked.budget(),
                asked.assertions(),
                asked.hook(),
                asked.hookPatience(),
                asked.keep(),
                "offsite",
                Optional.of(drill),
                "",
                asked.programs(),
                asked.jobs(),
                asked.program(),
                asked.host()),
            Optional.empty());
  }

  private ProofRequest request(
      Rung level,
      RecoveryTarget target,
      Optional<RandomGenerator> anyMoment,
      List<Assertion> assertions,
      List<String> hook,
      boolean keep) {
    return new ProofRequest(
        level,
        target,
        anyMoment,
        scratch,
        Optional.empty(),
        assertions,
        hook,
        Duration.ofMinutes(1),
        keep,
        "",
        Optional.empty(),
        "",
        List.of(),
        2,
        "test",
        "here");
  }

  /** Its client gets WAL from the process that proves, or not at all. */
  private RestoreHost host() {
    Path client = home.resolve("holdfast-wal");
    try {
      if (!Files.exists(client)) {
        Files.copy(Path.of("../distribution/src/main/launcher/holdfast-wal"), client);
        Files.setPosixFilePermissions(client, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new RestoreHost(
        List.of(client.toString(), "get", "main"),
        List.of(repositoryFolder),
        List.of(source.major().binaries().home().resolve("bin")),
        Optional.of(connection()));
  }

  @Override
  public void close() {
    repository.close();
    storage.close();
    source.close();
    try {
      Files.walkFileTree(
          home,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                throws IOException {
              Files.delete(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
