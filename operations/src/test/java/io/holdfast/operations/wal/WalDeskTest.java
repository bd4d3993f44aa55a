package io.holdfast.operations.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.operations.changes.KeptSummaries;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.WalSegment;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The desk, its shell client, and PostgreSQL's archiver and recovery on the other end. */
class WalDeskTest {
  @TempDir private Path directory;
  private Shim shim;
  private @Nullable Path copied;

  @BeforeEach
  void copyShim() throws IOException {
    shim = new Shim();
  }

  @AfterEach
  void removeCopies() {
    shim.close();
    if (copied != null) {
      Shim.deleteTree(copied);
    }
  }

  /** Both ways at once, as nothing forbids; small segments, so that they meet often. */
  @Test
  void theArchiverPushesThroughTheDeskBesideAReceiverAndNoProgramIsStarted() throws Exception {
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V18)
                .walSegmentMegabytes(1)
                .setting("min_wal_size", "2MB")
                .setting("archive_mode", "on")
                .setting("archive_command", shim.command("push") + " %p")
                .setting("wal_keep_size", "1GB")
                .create();
        ReceivingSite site = ReceivingSite.in(directory)) {
      WalArchive archive = archive(site, server);
      try (WalDesk desk = WalDesk.open(archive, shim.deskFile(), Progress.NONE)) {
        assertThat(desk).isNotNull();
        server.start();
        Lsn begin = ReceivingSite.flushed(server);
        try (Receiver receiver = site.receiver(server.conninfo(), Duration.ofMillis(1))) {
          write(server, 60);
          server.await("SELECT archived_count >= 60 AND failed_count = 0 FROM pg_stat_archiver");
          Lsn end = ReceivingSite.flushed(server);
          site.awaitDurable(receiver, end);
          assertThat(receiver.archive().segmentSize()).isEqualTo(1 << 20);
          assertThat(ReceivingSite.compare(archive, server, 1, begin, end))
              .isGreaterThanOrEqualTo(60);
          List<String> halves = new ArrayList<>();
          archive.list(item -> {
            if (item instanceof WalItem.Part p && !p.segment().end().isAfter(end)) {
              halves.add(p.toString());
            }
          });
          assertThat(halves).as("parts of segments that are there whole").isEmpty();
        }
        assertThat(site.said()).doesNotContain("WARNING");
        assertThat(shim.programStarts()).isEmpty();
      }
      assertThat(shim.deskFile()).doesNotExist();
    }
  }

  @Test
  void whatWaitsBehindIsStoredAheadAndTheAnswerIsAboutTheFileAsItIs() throws Exception {
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V18)
                .walSegmentMegabytes(1)
                .setting("min_wal_size", "2MB")
                .setting("archive_mode", "on")
                .setting("archive_command", "false")
                .setting("wal_keep_size", "1GB")
                .start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      WalArchive archive = archive(site, server);
      Path data = server.dataDirectory();
      WalSegment first =
          WalSegment.parse(
                  server.query("SELECT pg_walfile_name(pg_current_wal_insert_lsn())"), 1 << 20)
              .orElseThrow();
      WalSegment second = first.next();
      write(server, 4);
      try (WalDesk desk = WalDesk.open(archive, shim.deskFile(), Progress.NONE)) {
        assertThat(desk).isNotNull();
        assertThat(shim.run(data, "push", "pg_wal/" + first.name()).status()).isZero();
        Instant end = Instant.now().plus(ReceivingSite.PATIENCE);
        while (!archive.hasWhole(second) || !archive.hasWhole(second.next())) {
          assertThat(Instant.now()).isBefore(end);
          Thread.sleep(10);
        }
        assertThat(shim.run(data, "push", "pg_wal/" + second.name()).status()).isZero();
        Path third = data.resolve("pg_wal").resolve(second.next().name());
        byte[] other = Files.readAllBytes(third);
        other[100_000]++;
        Files.write(third, other);
        assertThat(shim.run(data, "push", "pg_wal/" + second.next().name()).status())
            .isBetween(1, 125);
      }
    }
  }

  /** Several at a time, the later ones perhaps first. */
  @Test
  void whatEachPushedSegmentChangedIsKeptBesideIt() throws Exception {
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V18)
                .walSegmentMegabytes(1)
                .setting("min_wal_size", "2MB")
                .setting("archive_mode", "on")
                .setting("archive_command", shim.command("push") + " %p")
                .setting("wal_keep_size", "1GB")
                .create();
        ReceivingSite site = ReceivingSite.in(directory)) {
      WalArchive archive = archive(site, server);
      try (WalDesk desk = WalDesk.open(archive, shim.deskFile(), Progress.NONE)) {
        assertThat(desk).isNotNull();
        server.start();
        server.sql(
            "CREATE TABLE wide AS SELECT g, repeat('w', 900) FROM generate_series(1, 30000) g",
            "SELECT pg_switch_wal()");
        server.await("SELECT archived_count >= 25 FROM pg_stat_archiver");
        server.stop();
      }
      assertThat(KeptSummaries.requireRight(site.cluster(), archive)).isGreaterThan(20);
      assertThat(KeptSummaries.missing(site.cluster(), archive)).hasSizeLessThanOrEqualTo(2);
      assertThat(shim.programStarts()).isEmpty();
    }
  }

  @Test
  void aDeskThatClosesLeavesTheOneThatFollowedIt() throws Exception {
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).create();
        ReceivingSite site = ReceivingSite.in(directory)) {
      WalArchive archive = archive(site, server);
      Path file = directory.resolve("desk");
      WalDesk first = WalDesk.open(archive, file, Progress.NONE);
      try (WalDesk second = WalDesk.open(archive, file, Progress.NONE)) {
        assertThat(second).isNotNull();
        String announced = Files.readString(file);
        first.close();
        assertThat(file).hasContent(announced);
      }
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void oneRecoveryIsServedByOneProcess() throws Exception {
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).create();
        ReceivingSite site = ReceivingSite.in(directory)) {
      WalArchive archive = archive(site, server);
      WalSpool spool = WalSpool.prepare(server.dataDirectory(), archive.systemIdentifier());
      Thread desk =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  WalDesk.serveRecovery(archive, spool, Duration.ofHours(1), Progress.NONE);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      awaitFile(spool.deskFile());
      String announced = Files.readString(spool.deskFile());
      WalDesk.serveRecovery(archive, spool, Duration.ofMillis(1), Progress.NONE);
      assertThat(spool.deskFile()).hasContent(announced);
      desk.interrupt();
      desk.join();
      assertThat(spool.deskFile()).doesNotExist();
    }
  }

  @Test
  void aRestoredServerRecoversThroughItsSpool() throws Exception {
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V18).setting("wal_keep_size", "1GB").start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      server.sql("CREATE TABLE t (id int)");
      server.stop();
      Path copy = copy(server);
      server.start();
      WalArchive archive = archive(site, server);
      try (Receiver receiver = site.receiver(server)) {
        write(server, 8);
        server.sql("INSERT INTO t SELECT generate_series(1, 777)");
        site.awaitEverything(receiver, server);
      }
      WalSpool spool = WalSpool.prepare(copy, archive.systemIdentifier());
      Thread desk =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  WalDesk.serveRecovery(archive, spool, Duration.ofSeconds(5), Progress.NONE);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      awaitFile(spool.deskFile());
      recover(copy, shim.command("get") + " %f %p");
      try (TestCluster restored = TestCluster.over(PostgresMajor.V18, copy)) {
        restored.start();
        restored.await("SELECT NOT pg_is_in_recovery()");
        assertThat(restored.query("SELECT count(*) FROM t")).isEqualTo("777");
        assertThat(shim.programStarts()).isEmpty();
      }
      desk.join();
      assertThat(spool.directory()).doesNotExist();
    }
  }

  @Test
  void theShimTellsMissingFromTroubleAndFallsBackToTheProgram() throws Exception {
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).create();
        ReceivingSite site = ReceivingSite.in(directory)) {
      WalArchive archive = archive(site, server);
      Path data = server.dataDirectory();
      String name = firstSegment(data);
      try (WalDesk desk = WalDesk.open(archive, shim.deskFile(), Progress.NONE)) {
        assertThat(desk).isNotNull();
        assertThat(shim.run(data, "get", name, "pg_wal/RECOVERYXLOG"))
            .isEqualTo(new Shim.Result(1, ""));
        assertThat(shim.run(data, "push", "pg_wal/" + name)).isEqualTo(new Shim.Result(0, ""));
        assertThat(shim.run(data, "push", "pg_wal/" + name)).isEqualTo(new Shim.Result(0, ""));
        assertThat(shim.run(data, "get", name, "pg_wal/RECOVERYXLOG"))
            .isEqualTo(new Shim.Result(0, ""));
        assertThat(data.resolve("pg_wal/RECOVERYXLOG"))
            .hasSameBinaryContentAs(data.resolve("pg_wal").resolve(name));
        Shim.Result elsewhere = shim.run(data, "get", name, "base/1/1259");
        assertThat(elsewhere.status()).isEqualTo(126);
        assertThat(elsewhere.out()).contains("expected RECOVERYXLOG");
        Shim.Result stranger = shim.run(data, "push", "pg_wal/nonsense");
        assertThat(stranger.status()).isBetween(1, 125);
        assertThat(shim.programStarts()).isEmpty();
      }
      assertThat(shim.run(data, "push", "pg_wal/" + name).status()).isEqualTo(Shim.STAND_IN);
      Files.writeString(shim.deskFile(), "1 " + "0".repeat(32) + "\n");
      ServerAccount.current().own(shim.deskFile());
      assertThat(shim.run(data, "get", name, "pg_wal/RECOVERYXLOG").status())
          .isEqualTo(Shim.STAND_IN);
      assertThat(shim.programStarts())
          .containsExactly(
              "wal push --config " + shim.config() + " shop pg_wal/" + name,
              "wal get --config " + shim.config() + " shop " + name + " pg_wal/RECOVERYXLOG");
    }
  }

  @Test
  void aFileThatLiesReadyInTheSpoolNeedsNobody() throws Exception {
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).create()) {
      Path data = server.dataDirectory();
      WalSpool spool = WalSpool.prepare(data, control(server).systemIdentifier());
      String name = firstSegment(data);
      Files.copy(data.resolve("pg_wal").resolve(name), spool.file(name));
      Files.writeString(spool.directory().resolve("0123456789abcdef." + name + "x"), "stale");
      ServerAccount.current().own(spool.file(name));
      assertThat(shim.run(data, "get", name, "pg_wal/RECOVERYXLOG"))
          .isEqualTo(new Shim.Result(0, ""));
      assertThat(spool.file(name)).doesNotExist();
      assertThat(shim.run(data, "get", name, "pg_wal/RECOVERYXLOG").status())
          .isEqualTo(Shim.STAND_IN);
    }
  }

  @Test
  void whatAnotherRestoreLeftIsNotServed() throws Exception {
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).create()) {
      Path data = server.dataDirectory();
      String name = firstSegment(data);
      WalSpool first = WalSpool.prepare(data, 1);
      Path stale = first.file(name);
      WalSpool second = WalSpool.prepare(data, 1);
      Files.writeString(stale, "stale");
      assertThat(second.id()).isNotEqualTo(first.id());
      assertThat(shim.run(data, "get", name, "pg_wal/RECOVERYXLOG").status())
          .isEqualTo(Shim.STAND_IN);
    }
  }

  @Test
  void theDeskServesNobodyWithoutItsToken() throws Exception {
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).create();
        ReceivingSite site = ReceivingSite.in(directory)) {
      WalArchive archive = archive(site, server);
      Path file = directory.resolve("desk");
      String name = firstSegment(server.dataDirectory());
      Path segment = server.dataDirectory().resolve("pg_wal").resolve(name);
      try (WalDesk desk = WalDesk.open(archive, file, Progress.NONE)) {
        assertThat(desk).isNotNull();
        assertThat(Files.getPosixFilePermissions(file))
            .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        List<String> words = List.of(Files.readString(file).strip().split(" "));
        int port = Integer.parseInt(words.getFirst());
        assertThat(ask(port, "PUSH " + "0".repeat(32) + " " + segment)).startsWith("ERROR");
        assertThat(ask(port, "PUSH")).startsWith("ERROR");
        assertThat(ask(port, "DROP " + words.getLast() + " x")).startsWith("ERROR");
        assertThat(archive.has(name)).isFalse();
        assertThat(ask(port, "PUSH " + words.getLast() + " " + segment)).isEqualTo("OK");
        assertThat(ask(port, "PUSH " + words.getLast() + " pg_wal/" + name)).startsWith("ERROR");
        assertThat(ask(port, "GET " + words.getLast() + " " + name + " /etc/passwd"))
            .startsWith("ERROR");
      }
    }
  }

  private static String ask(int port, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      out.write((request + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  private static WalArchive archive(ReceivingSite site, TestCluster server) {
    ControlFile control = control(server);
    return WalArchive.of(site.cluster(), control.systemIdentifier(), control.walSegmentSize());
  }

  private static ControlFile control(TestCluster server) {
    return DataDirectory.open(server.dataDirectory()).control();
  }

  private static String firstSegment(Path data) throws IOException {
    try (var files = Files.list(data.resolve("pg_wal"))) {
      return files
          .map(f -> String.valueOf(f.getFileName()))
          .filter(n -> n.length() == 24)
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  private Path copy(TestCluster server) throws Exception {
    copied = ServerAccount.current().newTemporaryDirectory("hfcopy");
    Path copy = copied.resolve("data");
    List<String> command =
        ServerAccount.current()
            .command(List.of("cp", "-a", server.dataDirectory().toString(), copy.toString()));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    return copy;
  }

  private static void recover(Path data, String restoreCommand) throws IOException {
    Files.writeString(
        data.resolve("postgresql.auto.conf"),
        "restore_command = '"
            + restoreCommand
            + "'\nrecovery_target_timeline = 'latest'\nprimary_slot_name = ''\n");
    Path signal = Files.createFile(data.resolve("recovery.signal"));
    ServerAccount.current().own(signal);
  }

  private static void awaitFile(Path file) throws InterruptedException {
    long end = System.nanoTime() + ReceivingSite.PATIENCE.toNanos();
    while (!Files.exists(file)) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(10);
    }
  }

  private static void write(TestCluster server, int segments) {
    for (int i = 0; i < segments; i++) {
      server.sql(
          "CREATE TABLE IF NOT EXISTS filler (id bigint GENERATED ALWAYS AS IDENTITY, text text)",
          "INSERT INTO filler (text) SELECT md5(g::text) FROM generate_series(1, 2000) g",
          "SELECT pg_switch_wal()");
    }
  }
}
