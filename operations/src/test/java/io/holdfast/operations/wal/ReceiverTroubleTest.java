package io.holdfast.operations.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.changes.KeptSummaries;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.ReplicationSession;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Repository;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TpcbLoad;
import io.holdfast.testkit.storage.Call;
import io.holdfast.testkit.storage.FaultyStorage;
import io.holdfast.vocabulary.HoldfastException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Days on which something else fails than the server. */
@Timeout(180)
class ReceiverTroubleTest {
  private static final int KILLS = 8;

  @TempDir private Path directory;

  @Test
  void aRepositoryThatFailsIsWaitedForAndNothingIsAcknowledged() {
    AtomicBoolean down = new AtomicBoolean();
    AtomicReference<Duration> later = new AtomicReference<>(Duration.ZERO);
    InstantSource clock = () -> Instant.now().plus(later.get());
    FaultyStorage storage =
        FaultyStorage.over(Storages.memory("outage"), 1)
            .before((number, call, what) -> {
              if (down.get()) {
                throw new StorageException("could not write " + what + ": disk full", null, null);
              }
            });
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V18).setting("wal_keep_size", "1GB").start();
        ReceivingSite site = ReceivingSite.over(directory, storage, clock);
        Receiver receiver = site.receiver(server)) {
      Lsn begin = Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      site.awaitEverything(receiver, server);
      Lsn before = receiver.state().durable();
      down.set(true);
      // More than the spool may hold, so the stream has to stand still.
      for (int i = 0; i < 12; i++) {
        server.sql("CREATE TABLE t" + i + " (id int)", "SELECT pg_switch_wal()");
      }
      Lsn end = ReceivingSite.flushed(server);
      await(() -> receiver.state().trouble().isPresent());
      await(() -> site.said().contains("disk full"));
      assertThat(receiver.state().durable()).isEqualTo(before);
      assertThat(Lsn.parse(server.query("SELECT restart_lsn FROM pg_replication_slots")))
          .isLessThanOrEqualTo(before);
      // It would wait for what it sent to be confirmed, for ever if need be.
      long asked = System.nanoTime();
      server.restart();
      assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(50));
      assertThat(receiver.state().durable()).isEqualTo(before);
      // Longer than a lease lasts that cannot be renewed.
      later.set(Duration.ofMinutes(5));
      down.set(false);
      site.awaitDurable(receiver, end);
      ReceivingSite.compare(receiver.archive(), server, 1, begin, end);
      assertThat(receiver.archive().gaps()).isEmpty();
      await(() -> receiver.state().trouble().isEmpty());
    }
  }

  /** As after this process stood still for a while, with nothing to ship. */
  @Test
  void whoeverLostTheLeaseDoesNotAskForTheSlotAgain() {
    AtomicReference<Duration> later = new AtomicReference<>(Duration.ZERO);
    Storage storage = Storages.memory("taken");
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).start();
        ReceivingSite site =
            ReceivingSite.over(directory, storage, () -> Instant.now().plus(later.get()));
        ReceivingSite other = ReceivingSite.over(directory, storage);
        Receiver receiver = site.receiver(server)) {
      site.awaitEverything(receiver, server);
      List<ObjectKey> lease = new ArrayList<>();
      storage.list("clusters/shop/leases", stat -> lease.add(stat.key()));
      assertThat(lease).hasSize(1);
      storage.delete(lease.getFirst());
      try (Lease _ = other.cluster().acquire(Receiver.LEASE, LeaseOptions.of("another host"))) {
        later.set(Duration.ofSeconds(25));
        server.sql("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots");
        List<ReplicationSession> theirs = new ArrayList<>();
        await(() -> streams(server, theirs));
        assertThatThrownBy(receiver::join).isInstanceOf(LeaseHeldException.class);
        theirs.forEach(ReplicationSession::close);
      }
    }
  }

  /** Whether somebody else got the slot. */
  private static boolean streams(TestCluster server, List<ReplicationSession> sessions) {
    ReplicationSession session =
        ReplicationSession.connect(ConnectionSettings.parse(server.conninfo()), "other");
    sessions.add(session);
    try {
      Lsn from = session.slot("holdfast").orElseThrow().restart().orElseThrow();
      var _ = session.stream(Optional.of("holdfast"), from, 1);
      return true;
    } catch (HoldfastException e) {
      return false;
    }
  }

  @Test
  void whatARequiredSiteLacksIsNotDurable() {
    AtomicBoolean down = new AtomicBoolean();
    Storage first = Storages.memory("first");
    Storage second = Storages.memory("second");
    ReceivingSite.over(directory, first).close();
    Repository.found(first, second);
    FaultyStorage brittle =
        FaultyStorage.over(second, 1)
            .before((number, call, what) -> {
              // The first site has it then.
              if (down.get() && call == Call.COMMIT && what.contains("/wal/")) {
                throw new StorageException("could not write " + what + ": read-only", null, null);
              }
            });
    Storage both =
        Storages.mirror(
            List.of(new Site("first", first, true), new Site("second", brittle, true)),
            Repository.placement(),
            warning -> {},
            Patience.USUAL);
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V18).setting("wal_keep_size", "1GB").start();
        ReceivingSite site = ReceivingSite.over(directory, both);
        Receiver receiver = site.receiver(server)) {
      site.awaitEverything(receiver, server);
      Lsn before = receiver.state().durable();
      down.set(true);
      server.sql("CREATE TABLE t AS SELECT generate_series(1, 1000) g");
      Lsn end = ReceivingSite.flushed(server);
      await(() -> site.said().contains("read-only"));
      // It tries again and again.
      int tries = brittle.mutations();
      await(() -> brittle.mutations() > tries + 2);
      assertThat(receiver.state().durable()).isEqualTo(before);
      down.set(false);
      site.awaitDurable(receiver, end);
      List<String> wal = new ArrayList<>();
      first.list("clusters/shop/wal", stat -> wal.add(stat.key().text()));
      assertThat(wal).isNotEmpty();
      second.list("clusters/shop/wal", stat -> wal.remove(stat.key().text()));
      assertThat(wal).isEmpty();
    }
  }

  @Test
  void aRepositoryThatTakesNoSummariesTakesTheWal() {
    FaultyStorage storage =
        FaultyStorage.over(Storages.memory("no summaries"), 1)
            .before((number, call, what) -> {
              if (what.toString().contains("/changes/")) {
                throw new StorageException("could not write " + what + ": disk full", null, null);
              }
            });
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V18).setting("wal_keep_size", "1GB").start();
        ReceivingSite site = ReceivingSite.over(directory, storage)) {
      Lsn begin = Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      WalArchive archive;
      Lsn end;
      try (Receiver receiver = site.receiver(server)) {
        archive = receiver.archive();
        for (int i = 0; i < 4; i++) {
          server.sql("CREATE TABLE t" + i + " (id int)", "SELECT pg_switch_wal()");
        }
        end = ReceivingSite.flushed(server);
        site.awaitDurable(receiver, end);
        await(() -> receiver.state().trouble().isEmpty());
      }
      ReceivingSite.compare(archive, server, 1, begin, end);
      assertThat(archive.gaps()).isEmpty();
      assertThat(site.said().split("change summary", -1)).as(site.said()).hasSize(2);
    }
  }

  @Test
  void aFaultOfOursIsNoQuietEnd() {
    AtomicBoolean broken = new AtomicBoolean();
    FaultyStorage storage =
        FaultyStorage.over(Storages.memory("fault"), 1)
            .before((number, call, what) -> {
              if (broken.get() && what.toString().contains("/wal/")) {
                throw new NoClassDefFoundError("made up");
              }
            });
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).start();
        ReceivingSite site = ReceivingSite.over(directory, storage);
        Receiver receiver = site.receiver(server)) {
      site.awaitEverything(receiver, server);
      broken.set(true);
      server.sql("CREATE TABLE t (id int)");
      assertThatThrownBy(receiver::join).hasStackTraceContaining("made up");
    }
  }

  @Test
  void killedAtAnyMomentItLosesNothing() throws Exception {
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V18)
                .walSegmentMegabytes(1)
                .setting("wal_keep_size", "4GB")
                .start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      Lsn begin = Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      TpcbLoad.prepare(server, 1);
      SplittableRandom random = new SplittableRandom(7);
      try (TpcbLoad load = TpcbLoad.start(server, 1)) {
        for (int i = 0; i < KILLS; i++) {
          Process child = child(server);
          try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("receiving");
          }
          load.awaitCommits(random.nextInt(1, 200));
          child.destroyForcibly();
          assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        load.awaitCommits(50);
      }
      Lsn end = ReceivingSite.flushed(server);
      try (Receiver receiver = site.receiver(server)) {
        site.awaitDurable(receiver, end);
        ReceivingSite.compare(receiver.archive(), server, 1, begin, end);
        assertThat(receiver.archive().gaps()).isEmpty();
        assertThat(KeptSummaries.requireRight(site.cluster(), receiver.archive())).isPositive();
      }
    }
  }

  @Test
  void aSpoolWithoutRoomIsReportedAndNothingIsLost() throws Exception {
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V18).setting("wal_keep_size", "1GB").start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      Lsn begin = Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      // No file may grow beyond four megabytes: what a full disk does, at a place that is known.
      Process child = child(server, "bash", "-c", "ulimit -f 4096; exec \"$0\" \"$@\"");
      try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
        assertThat(out.readLine()).isEqualTo("receiving");
        server.sql("CREATE TABLE t AS SELECT g, md5(g::text) FROM generate_series(1, 200000) g");
        String line = out.readLine();
        while (line != null && !line.contains("could not write WAL spool")) {
          line = out.readLine();
        }
        assertThat(line).as("what the receiver said").isNotNull();
        // It goes on trying and failing, and that is one trouble: neither over nor said each time.
        long saidAgain = 0;
        for (long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            System.nanoTime() < end; ) {
          if (out.ready()) {
            line = out.readLine();
            saidAgain += line != null && line.contains("could not write WAL spool") ? 1 : 0;
          } else {
            Thread.onSpinWait();
          }
        }
        assertThat(saidAgain).isLessThan(3);
        assertThat(child.isAlive()).isTrue();
      } finally {
        child.destroyForcibly();
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
      Lsn end = ReceivingSite.flushed(server);
      try (Receiver receiver = site.receiver(server)) {
        site.awaitDurable(receiver, end);
        ReceivingSite.compare(receiver.archive(), server, 1, begin, end);
        assertThat(receiver.archive().gaps()).isEmpty();
      }
    }
  }

  private Process child(TestCluster server, String... before) throws IOException {
    List<String> command = new ArrayList<>(List.of(before));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            ReceiverProcess.class.getName(),
            directory.toString(),
            server.conninfo()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @Test
  void aSpoolThatVanishesIsReceivedAgain() throws IOException {
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V18).setting("wal_keep_size", "1GB").start();
        ReceivingSite site = ReceivingSite.in(directory);
        Receiver receiver = site.receiver(server)) {
      Lsn begin = Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      server.sql("CREATE TABLE a (id int)");
      site.awaitEverything(receiver, server);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(site.spool())) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
      server.sql("CREATE TABLE b (id int)", "SELECT pg_switch_wal()", "CREATE TABLE c (id int)");
      Lsn end = ReceivingSite.flushed(server);
      site.awaitDurable(receiver, end);
      ReceivingSite.compare(receiver.archive(), server, 1, begin, end);
    }
  }

  @Test
  void otherBytesInTheArchiveEndTheReceiver() {
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      WalArchive archive;
      try (Receiver receiver = site.receiver(server)) {
        server.sql("CREATE TABLE a (id int)");
        site.awaitEverything(receiver, server);
        archive = receiver.archive();
      }
      WalRange tail = archive.ranges(1).getLast();
      WalSegment segment = WalSegment.holding(1, tail.to(), archive.segmentSize());
      byte[] garbage = new byte[1000];
      java.util.Arrays.fill(garbage, (byte) 42);
      archive.putPart(
          segment,
          (int) tail.to().minus(segment.start()),
          garbage,
          0,
          garbage.length,
          new WalFacts(18, Optional.empty(), Optional.empty(), Optional.empty()));
      server.sql("CREATE TABLE b AS SELECT generate_series(1, 1000)");
      try (Receiver receiver = site.receiver(server)) {
        assertThatThrownBy(receiver::join)
            .isInstanceOf(PartShipper.OtherWalException.class)
            .hasMessageContaining("found other bytes from");
      }
    }
  }

  /** What recovery would read is the whole segment, so parts beside it keep nothing safe. */
  @Test
  void aWholeSegmentThatSaysOtherwiseEndsTheReceiverBeforeItConfirmsAnything() throws Exception {
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      WalArchive archive;
      try (Receiver receiver = site.receiver(server)) {
        site.awaitEverything(receiver, server);
        archive = receiver.archive();
      }
      server.sql("SELECT pg_switch_wal()", "CREATE TABLE a AS SELECT generate_series(1, 1000)");
      Lsn end = ReceivingSite.flushed(server);
      WalSegment segment = WalSegment.holding(1, end, archive.segmentSize());
      byte[] content =
          Files.readAllBytes(server.dataDirectory().resolve("pg_wal").resolve(segment.name()));
      content[5000]++;
      archive.put(segment, content);
      try (Receiver receiver = site.receiver(server)) {
        assertThatThrownBy(receiver::join)
            .isInstanceOf(PartShipper.OtherWalException.class)
            .hasMessageContaining("found other bytes from " + segment.start().plus(5000));
        assertThat(receiver.state().durable()).isLessThanOrEqualTo(segment.start().plus(5000));
      }
    }
  }

  @Test
  void aQuietServersPartsStayFew() {
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).start();
        ReceivingSite site = ReceivingSite.in(directory);
        Receiver receiver = site.receiver(server.conninfo(), Duration.ofMillis(1))) {
      server.sql("SELECT pg_switch_wal()");
      Lsn begin = ReceivingSite.flushed(server);
      // Few large parts, with which the small ones that follow must not be put together.
      server.sql("SELECT pg_logical_emit_message(false, 'x', repeat('y', 6000000))");
      for (int i = 0; i < 70; i++) {
        server.sql("SELECT pg_logical_emit_message(true, 'x', 'y')");
        site.awaitEverything(receiver, server);
      }
      List<WalItem.Part> parts =
          receiver.archive().parts(WalSegment.holding(1, begin.plus(1), 16 << 20));
      assertThat(parts).hasSizeBetween(1, 45);
      assertThat(receiver.archive().ranges(1).getLast().to())
          .isGreaterThanOrEqualTo(ReceivingSite.flushed(server));
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + ReceivingSite.PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still not so").isLessThan(end);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
