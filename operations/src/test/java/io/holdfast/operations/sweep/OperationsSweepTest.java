package io.holdfast.operations.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.operations.backup.BackupRequest;
import io.holdfast.operations.backup.PhysicalBackup;
import io.holdfast.operations.restore.Restore;
import io.holdfast.operations.restore.RestoreHost;
import io.holdfast.operations.restore.RestoreRequest;
import io.holdfast.operations.verify.Fault;
import io.holdfast.operations.verify.Verification;
import io.holdfast.operations.verify.VerifyRequest;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalPush;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.KeyPairText;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.storage.FaultyStorage;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Storage calls of a backup, of WAL being archived and of a restore go wrong, one at a time, beside
 * a real server and in an encrypted repository. It ends well or says that it did not; what was
 * there before is whole; and the next one gets to the end. Prune, sync and repair have such a sweep
 * of their own. A few calls by chance, or all of them with {@code -Dholdfast.sweep=full}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OperationsSweepTest {
  private static final KeySource KEYS =
      new KeySource.Keys(List.of(), List.of(KeyPairText.generate().privateKey()));

  private final Storage before = Storages.memory("before");
  private final InstantSource clock = () -> Instant.now().plus(ahead());
  private Duration ahead = Duration.ZERO;

  @SuppressWarnings("NullAway.Init") // started before all tests
  private TestCluster server;

  @SuppressWarnings("NullAway.Init") // made before all tests
  private Path home;

  @SuppressWarnings("NullAway.Init") // made before all tests
  private BackupId first;

  private Duration ahead() {
    return ahead;
  }

  @BeforeAll
  void oneBackup() throws IOException {
    home = ServerAccount.current().newTemporaryDirectory("hfsweep");
    server =
        TestCluster.of(PostgresMajor.newest())
            .walSegmentMegabytes(1)
            .setting("wal_keep_size", "100MB")
            .start();
    server.sql("CREATE TABLE t AS SELECT g, md5(g::text) FROM generate_series(1, 20000) g");
    Repository.create(before, KEYS, "test", clock).close();
    first = on(before, this::backUp);
  }

  @AfterAll
  void close() throws IOException {
    server.close();
    deleteTree(home);
  }

  private interface Work<T> {
    T on(ClusterArchive cluster) throws IOException;
  }

  private <T> T on(Storage storage, Work<T> work) {
    try (Repository repository = Repository.open(storage, KEYS, clock)) {
      return work.on(repository.cluster("main"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Empty if it said that it failed. */
  private <T> Optional<T> attempt(Storage storage, Work<T> work) {
    try {
      return Optional.of(on(storage, work));
    } catch (HoldfastException e) {
      assertThat(e).hasMessageMatching("(?s).+");
      return Optional.empty();
    } finally {
      // A killed process holds its leases until they end.
      ahead = ahead.plusMinutes(2);
    }
  }

  private int callsOf(ToIntFunction<FaultyStorage> undisturbed) {
    int calls = undisturbed.applyAsInt(FaultyStorage.over(copy(before), 1));
    assertThat(calls).isGreaterThan(10);
    return calls;
  }

  private static Storage copy(Storage from) {
    Storage to = Storages.memory("copy");
    from.list("", stat -> to.create(stat.key(), whole(from, stat.key(), stat.size())));
    return to;
  }

  private static byte[] whole(Storage from, ObjectKey key, long size) {
    byte[] bytes = new byte[Math.toIntExact(size)];
    from.read(key, 0, bytes, 0, bytes.length);
    return bytes;
  }

  // ---- backup

  private BackupId backUp(ClusterArchive cluster) {
    return backUp(cluster, Duration.ofMinutes(5));
  }

  /**
   * @param patience with WAL that may never come: the whole sweep waits for it hundreds of times
   */
  private BackupId backUp(ClusterArchive cluster, Duration patience) {
    return PhysicalBackup.run(
            cluster,
            BackupRequest.of(ConnectionSettings.parse(server.conninfo()))
                .but(change -> change.walPatience = patience),
            Progress.NONE,
            clock)
        .manifest()
        .id();
  }

  @Test
  void aBackup() {
    int calls =
        callsOf(counted -> {
          on(counted, this::backUp);
          return counted.calls();
        });
    List<Boolean> met = new ArrayList<>();
    for (Trial trial : Trial.of(calls, 8)) {
      Storage below = copy(before);
      server.sql("UPDATE t SET md5 = md5(md5) WHERE g % 97 = " + trial.call() % 97);
      FaultyStorage faulty = trial.over(below);

      Optional<BackupId> announced =
          attempt(faulty, cluster -> backUp(cluster, Duration.ofSeconds(3)));
      met.add(faulty.spent());

      requireWhole(trial, below, announced);
      if (!trial.isSilent()) {
        BackupId next = on(below, this::backUp);
        requireWhole(trial, below, Optional.of(next));
      }
    }
    Trial.requireMet(met);
  }

  private void requireWhole(Trial trial, Storage site, Optional<BackupId> announced) {
    on(
        site,
        cluster -> {
          List<BackupId> ids = cluster.backupIds();
          assertThat(ids).as("%s", trial).contains(first);
          announced.ifPresent(id -> assertThat(ids).as("%s", trial).contains(id));
          for (Fault fault :
              Verification.run(cluster, VerifyRequest.intact(), Progress.NONE).faults()) {
            assertThat(trial.isSilent()).as("%s: %s", trial, fault).isTrue();
            assertThat(fault.backups()).as("%s: %s", trial, fault).doesNotContain(first);
          }
          return ids;
        });
  }

  // ---- WAL

  @Test
  void walThatIsPushed() throws IOException {
    server.sql("SELECT pg_switch_wal()");
    server.sql("INSERT INTO t VALUES (0, '')");
    String name = server.query("SELECT pg_walfile_name(pg_switch_wal())");
    Path file = server.dataDirectory().resolve("pg_wal").resolve(name);
    byte[] content = Files.readAllBytes(file);
    long system = DataDirectory.open(server.dataDirectory()).control().systemIdentifier();
    int calls =
        callsOf(counted -> {
          on(counted, cluster -> WalPush.into(cluster).push(file));
          return counted.calls();
        });
    List<Boolean> met = new ArrayList<>();
    for (Trial trial : Trial.of(calls, 60)) {
      Storage below = copy(before);
      FaultyStorage faulty = trial.over(below);
      boolean done = attempt(faulty, cluster -> WalPush.into(cluster).push(file)).isPresent();
      met.add(faulty.spent());
      boolean again = attempt(below, cluster -> WalPush.into(cluster).push(file)).isPresent();

      Optional<byte[]> fetched = attempt(below, cluster -> fetch(cluster, system, file));
      assertThat(fetched.map(HexFormat.of()::formatHex))
          .as("%s", trial)
          .isIn(
              trial.isSilent() ? Optional.empty() : Optional.of(HexFormat.of().formatHex(content)),
              Optional.of(HexFormat.of().formatHex(content)));
      assertThat(again || trial.isSilent()).as("%s, %s at first", trial, done).isTrue();
    }
    Trial.requireMet(met);
  }

  private static byte[] fetch(ClusterArchive cluster, long system, Path file) {
    ByteArrayOutputStream to = new ByteArrayOutputStream();
    WalArchive archive = WalArchive.of(cluster, system, 1 << 20);
    assertThat(archive.fetch(String.valueOf(file.getFileName()), to)).isPresent();
    return to.toByteArray();
  }

  // ---- restore

  @Test
  void aRestore() throws IOException {
    Path to = home.resolve("restored");
    int calls =
        callsOf(counted -> {
          on(counted, cluster -> restore(cluster, to, false));
          return counted.calls();
        });
    Map<String, String> expected = tree(to);
    assertThat(expected).containsKey("global/pg_control");
    List<Boolean> met = new ArrayList<>();
    for (Trial trial : Trial.of(calls, 16)) {
      deleteTree(to);
      Storage below = copy(before);
      FaultyStorage faulty = trial.over(below);
      Optional<Path> done = attempt(faulty, cluster -> restore(cluster, to, false));
      met.add(faulty.spent());
      if (done.isEmpty()) {
        assertThat(to.resolve("global/pg_control")).as("%s", trial).doesNotExist();
        on(below, cluster -> restore(cluster, to, Files.exists(to)));
      }
      assertThat(tree(to)).as("%s", trial).isEqualTo(expected);
    }
    Trial.requireMet(met);
  }

  private Path restore(ClusterArchive cluster, Path to, boolean delta) {
    RestoreHost host =
        new RestoreHost(
            List.of("false"),
            List.of(),
            List.of(server.major().binaries().home().resolve("bin")),
            Optional.of(ConnectionSettings.parse(server.conninfo())));
    Restore restore = new Restore(cluster, host, clock);
    RestoreRequest request = RestoreRequest.to(to).delta(delta).build();
    restore.run(restore.plan(request, Progress.NONE), Progress.NONE);
    return to;
  }

  /** What every file holds, but for those that tell when it was written. */
  private static Map<String, String> tree(Path root) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        String path = root.relativize(file).toString();
        boolean dated = path.startsWith("holdfast-spool/") || path.equals("postgresql.auto.conf");
        found.put(path, dated ? "" : digest(Files.readAllBytes(file)));
      }
    }
    return found;
  }

  private static String digest(byte[] bytes) {
    return bytes.length + " bytes, " + java.util.Arrays.hashCode(bytes);
  }

  private static void deleteTree(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
