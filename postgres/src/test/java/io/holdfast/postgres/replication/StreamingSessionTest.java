package io.holdfast.postgres.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.ReplicationSession;
import io.holdfast.postgres.ReplicationSession.Slot;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalRemovedException;
import io.holdfast.postgres.WalSegment;
import io.holdfast.postgres.WalStream;
import io.holdfast.postgres.WalStream.Message;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamingSessionTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int SEGMENT = 16 << 20;

  private static ReplicationSession connect(TestCluster cluster) {
    return connect(cluster.conninfo());
  }

  private static ReplicationSession connect(String conninfo) {
    return ReplicationSession.connect(ConnectionSettings.parse(conninfo), "holdfast-test");
  }

  private static Lsn flushed(TestCluster cluster) {
    return Lsn.parse(cluster.query("SELECT pg_current_wal_flush_lsn()"));
  }

  @Test
  void aServerThatIsGoneWithoutAWordIsNotWaitedForAndAQuietOneIs() throws Exception {
    try (TestCluster cluster = TestCluster.of(PostgresMajor.V18).start();
        ReplicationSession session =
            StreamingSession.connect(
                ConnectionSettings.parse(cluster.conninfo()),
                "holdfast-test",
                Duration.ofSeconds(3))) {
      Lsn start = segmentStart(flushed(cluster));
      WalStream stream = session.stream(Optional.empty(), start, 1);
      Instant quiet = Instant.now().plusSeconds(5);
      while (Instant.now().isBefore(quiet)) {
        assertThat(stream.next(Duration.ofMillis(200))).isNotNull();
      }
      String sender = cluster.query("SELECT pid FROM pg_stat_replication");
      signal("STOP", sender);
      try {
        assertThatThrownBy(
                () -> {
                  Instant end = Instant.now().plus(LONG);
                  while (Instant.now().isBefore(end)) {
                    var _ = stream.next(Duration.ofMillis(200));
                  }
                })
            .isInstanceOf(PostgresException.class)
            .hasMessageContaining("has not answered");
      } finally {
        signal("CONT", sender);
      }
    }
  }

  private static void signal(String name, String pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor()).isZero();
  }

  private static Lsn segmentStart(Lsn lsn) {
    return WalSegment.holding(1, lsn, SEGMENT).start();
  }

  /** Reads until {@code end} and returns the bytes, which must follow each other. */
  private static byte[] read(WalStream stream, Lsn from, Lsn end) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Lsn at = from;
    while (at.isBefore(end)) {
      Message message = stream.next(LONG).orElseThrow();
      if (message instanceof Message.Data data) {
        assertThat(data.start()).isEqualTo(at);
        bytes.write(data.bytes(), data.offset(), data.length());
        at = at.plus(data.length());
        assertThat(data.sent())
            .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
      }
    }
    return bytes.toByteArray();
  }

  private static Message skipToEnd(WalStream stream) {
    while (true) {
      Message message = stream.next(LONG).orElseThrow();
      if (!(message instanceof Message.Data || message instanceof Message.KeepAlive)) {
        return message;
      }
    }
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void streamsExactlyWhatLiesInTheServersDirectoryAndItsSlotFollowsOurWord(PostgresMajor major)
      throws IOException {
    try (TestCluster cluster = TestCluster.of(major).start();
        ReplicationSession session = connect(cluster)) {
      ReplicationSession.Identity identity = session.identify();
      assertThat(identity.versionNumber() / 10_000).isEqualTo(major.number());
      assertThat(identity.timeline()).isEqualTo(1);
      assertThat(Long.toUnsignedString(identity.systemIdentifier()))
          .isEqualTo(cluster.query("SELECT system_identifier FROM pg_control_system()"));
      assertThat(session.walSegmentSize()).isEqualTo(SEGMENT);
      assertThat(session.timelineHistory(1)).isEmpty();
      assertThat(session.slot("hf")).isEmpty();

      Slot slot = session.createSlot("hf", false);
      assertThat(slot.active()).isFalse();
      Lsn start = segmentStart(slot.restart().orElseThrow());
      cluster.sql("CREATE TABLE t AS SELECT g, md5(g::text) FROM generate_series(1, 50000) g");
      Lsn end = flushed(cluster);
      try (WalStream stream = session.stream(Optional.of("hf"), start, 1)) {
        byte[] wal = read(stream, start, end);
        WalSegment segment = WalSegment.holding(1, start, SEGMENT);
        byte[] file =
            Files.readAllBytes(cluster.dataDirectory().resolve("pg_wal").resolve(segment.name()));
        int common = Math.min(wal.length, file.length);
        assertThat(Arrays.equals(wal, 0, common, file, 0, common)).isTrue();

        stream.feedback(end, end);
        cluster.await(
            "SELECT count(*) = 1 FROM pg_stat_replication WHERE application_name = 'holdfast-test'"
                + " AND flush_lsn = '"
                + end
                + "'");
        assertThat(session.slot("hf").orElseThrow())
            .isEqualTo(new Slot("hf", true, Optional.of(end), false));
      }
      // The session is of use again.
      assertThat(session.identify().flushed()).isGreaterThanOrEqualTo(end);
      session.dropSlot("hf");
      assertThat(session.slot("hf")).isEmpty();
      session.createSlot("brief", true);
      assertThat(session.slot("brief")).isPresent();
      assertThatThrownBy(() -> session.dropSlot("nope"))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("nope");
      assertThat(session.identify().timeline()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void followsAPromotionOntoTheNewTimeline(PostgresMajor major) {
    try (TestCluster primary = TestCluster.of(major).start();
        TestCluster standby = primary.standby();
        ReplicationSession session = connect(standby)) {
      Lsn start = segmentStart(session.identify().flushed());
      Lsn switched;
      try (WalStream stream = session.stream(Optional.empty(), start, 1)) {
        primary.sql("CREATE TABLE t AS SELECT 1");
        read(stream, start, flushed(primary));
        standby.promote();
        switched =
            assertThat(skipToEnd(stream))
                .asInstanceOf(
                    org.assertj.core.api.InstanceOfAssertFactories.type(
                        Message.TimelineEnded.class))
                .satisfies(end -> assertThat(end.next()).isEqualTo(2))
                .actual()
                .nextStart();
      }
      byte[] history = session.timelineHistory(2).orElseThrow();
      assertThat(TimelineHistory.parse(2, history).endOf(1)).contains(switched);
      Lsn from = segmentStart(switched);
      standby.sql("CREATE TABLE u AS SELECT 1");
      try (WalStream stream = session.stream(Optional.empty(), from, 2)) {
        read(stream, from, flushed(standby));
      }
      // The whole old timeline ends at once, and so does one that has nothing left to send.
      try (WalStream stream = session.stream(Optional.empty(), from, 1)) {
        assertThat(skipToEnd(stream)).isEqualTo(new Message.TimelineEnded(2, switched));
      }
      try (WalStream stream = session.stream(Optional.empty(), switched, 1)) {
        assertThat(skipToEnd(stream)).isEqualTo(new Message.TimelineEnded(2, switched));
      }
      assertThat(session.identify().timeline()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void aServerThatShutsDownWaitsForOurWordAndEndsTheStream(PostgresMajor major) throws Exception {
    try (TestCluster cluster = TestCluster.of(major).start()) {
      Lsn received;
      try (ReplicationSession session = connect(cluster)) {
        Lsn start = segmentStart(session.identify().flushed());
        try (WalStream stream = session.stream(Optional.empty(), start, 1)) {
          Thread stop = new Thread(cluster::stop);
          stop.start();
          received = receivedUntilTheEnd(stream, start);
          stop.join();
        }
      }
      cluster.start();
      // The shutdown checkpoint was the last thing it wrote, and we have it.
      assertThat(Lsn.parse(cluster.query("SELECT checkpoint_lsn FROM pg_control_checkpoint()")))
          .isLessThan(received);
      try (ReplicationSession session = connect(cluster);
          WalStream stream = session.stream(Optional.empty(), segmentStart(received), 1)) {
        read(stream, segmentStart(received), flushed(cluster));
      }
    }
  }

  /** A word of ours that comes when the server is gone can cost us its last one: TCP resets. */
  private static Lsn receivedUntilTheEnd(WalStream stream, Lsn start) throws Exception {
    Lsn received = start;
    try {
      Message message = stream.next(LONG).orElseThrow();
      while (!(message instanceof Message.Ended)) {
        if (message instanceof Message.Data data) {
          received = data.start().plus(data.length());
          stream.feedback(received, received);
        }
        message = stream.next(LONG).orElseThrow();
      }
    } catch (PostgresException e) {
      assertThat(e).hasMessageContaining("was lost");
    }
    return received;
  }

  @Test
  void aCrashOfTheServerIsALostConnection() {
    try (TestCluster cluster = TestCluster.of(PostgresMajor.newest()).start();
        ReplicationSession session = connect(cluster)) {
      Lsn start = segmentStart(session.identify().flushed());
      try (WalStream stream = session.stream(Optional.empty(), start, 1)) {
        cluster.kill();
        assertThatThrownBy(() -> skipToEnd(stream)).isInstanceOf(PostgresException.class);
      }
      assertThatThrownBy(session::identify)
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("lost");
    }
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void walThatWasRemovedIsSaidAtOnce(PostgresMajor major) {
    try (TestCluster cluster =
            TestCluster.of(major)
                .setting("max_wal_size", "32MB")
                .setting("min_wal_size", "32MB")
                .start();
        ReplicationSession session = connect(cluster)) {
      Lsn start = segmentStart(session.identify().flushed());
      cluster.sql("SELECT pg_switch_wal()", "CHECKPOINT");
      cluster.sql("CREATE TABLE t AS SELECT 1", "SELECT pg_switch_wal()", "CHECKPOINT");
      assertThatThrownBy(() -> session.stream(Optional.empty(), start, 1))
          .isInstanceOf(WalRemovedException.class)
          .hasMessageContaining("removed");
      assertThat(session.identify().timeline()).isEqualTo(1);
    }
  }

  @Test
  void waitingOnAnIdleServerEndsInTime() {
    try (TestCluster cluster =
            TestCluster.of(PostgresMajor.newest()).setting("wal_sender_timeout", "2s").start();
        ReplicationSession session = connect(cluster.socketConninfo())) {
      Lsn start = segmentStart(session.identify().flushed());
      try (WalStream stream = session.stream(Optional.empty(), start, 1)) {
        read(stream, start, flushed(cluster));
        long begin = System.nanoTime();
        while (stream.next(Duration.ofMillis(50)).isPresent()) {
          assertThat(System.nanoTime() - begin).isLessThan(LONG.toNanos());
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        // It asks whether we are there, and is answered from next(), so it does not give up.
        long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        int keepAlives = 0;
        while (System.nanoTime() < end) {
          if (stream.next(Duration.ofMillis(100)).orElse(null) instanceof Message.KeepAlive) {
            keepAlives++;
          }
        }
        assertThat(keepAlives).isPositive();
      }
      assertThat(session.identify().timeline()).isEqualTo(1);
    }
  }

  @Test
  void aSlotInUseAndABadNameAreRefused() {
    try (TestCluster cluster = TestCluster.of(PostgresMajor.newest()).start();
        ReplicationSession one = connect(cluster);
        ReplicationSession other = connect(cluster)) {
      Lsn start = one.createSlot("hf", false).restart().orElseThrow();
      assertThatThrownBy(() -> other.createSlot("hf", false))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("already exists");
      assertThatThrownBy(() -> other.createSlot("Bad-Name", false))
          .hasMessageContaining("Bad-Name");
      try (WalStream stream = one.stream(Optional.of("hf"), segmentStart(start), 1)) {
        assertThat(stream.next(LONG)).isPresent();
        assertThatThrownBy(() -> other.stream(Optional.of("hf"), segmentStart(start), 1))
            .isInstanceOfSatisfying(
                PostgresException.class,
                e -> assertThat(e.hint().orElseThrow()).contains("Another receiver"));
      }
    }
  }

  @Test
  void aMissingPrivilegeIsExplained() {
    try (TestCluster cluster = TestCluster.of(PostgresMajor.newest()).start()) {
      cluster.sql("CREATE ROLE plain LOGIN");
      assertThatThrownBy(() -> connect(cluster.conninfo().replace("user=postgres", "user=plain")))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("plain");
    }
  }
}
