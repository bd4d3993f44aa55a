package io.holdfast.operations.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.changes.KeptSummaries;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.ReplicationSession;
import io.holdfast.postgres.WalSegment;
import io.holdfast.postgres.WalStream;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiverTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void everyByteOfTheServersWalArrives(PostgresMajor major) throws Exception {
    try (TestCluster server = TestCluster.of(major).setting("wal_keep_size", "1GB").start();
        ReceivingSite site = ReceivingSite.in(directory);
        Receiver receiver = site.receiver(server)) {
      Lsn begin = Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      write(server, 3);
      Instant commit =
          Instant.parse(
              server.query(
                  "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
      server.sql("CREATE TABLE last (id int)");
      Lsn end = ReceivingSite.flushed(server);
      site.awaitEverything(receiver, server);
      WalArchive archive = receiver.archive();
      assertThat(ReceivingSite.compare(archive, server, 1, begin, end)).isGreaterThanOrEqualTo(4);
      assertThat(archive.gaps()).isEmpty();
      assertThat(archive.covers(archive.inventory().path(1), begin, end)).isTrue();
      assertThat(archive.lastCommitTime(1, receiver.state().durable()).orElseThrow())
          .isBetween(commit, commit.plusSeconds(60));
      assertThat(receiver.state().phase()).isEqualTo("streaming");
      assertThat(Lsn.parse(server.query("SELECT restart_lsn FROM pg_replication_slots")))
          .isLessThanOrEqualTo(receiver.state().durable());
      assertThat(receiver.state().safeUntil()).isPresent();
    }
    assertThat(directory.resolve("spool")).isDirectoryNotContaining("glob:**.spool");
  }

  /** Of every segment but the last of each run, whose last record nobody saw the end of. */
  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void whatEachSegmentChangedIsKeptBesideIt(PostgresMajor major) {
    try (TestCluster primary =
            TestCluster.of(major).walSegmentMegabytes(1).setting("wal_keep_size", "1GB").start();
        TestCluster standby = primary.standby();
        ReceivingSite site = ReceivingSite.in(directory)) {
      for (int i = 0; i < 2; i++) {
        try (Receiver receiver = site.receiver(standby)) {
          writeOn(primary, 6);
          standby.awaitReplayOf(primary);
          site.awaitDurable(receiver, ReceivingSite.flushed(primary));
        }
      }
      WalArchive archive;
      try (Receiver receiver = site.receiver(standby)) {
        archive = receiver.archive();
        writeOn(primary, 6);
        standby.awaitReplayOf(primary);
        primary.stopImmediately();
        standby.promote();
        writeOn(standby, 6);
        await(() -> receiver.state().timeline() == 2);
        site.awaitDurable(receiver, ReceivingSite.flushed(standby));
      }
      int whole = (int) archive.inventory().segments();
      assertThat(whole).isGreaterThanOrEqualTo(20);
      assertThat(KeptSummaries.missing(site.cluster(), archive)).hasSizeLessThanOrEqualTo(4);
      assertThat(KeptSummaries.requireRight(site.cluster(), archive))
          .isGreaterThanOrEqualTo(whole - 4);
      assertThat(site.said()).doesNotContain("summar");
    }
  }

  /** WAL without switches, so that records cross from segment to segment. */
  private static void writeOn(TestCluster server, int megabytes) {
    server.sql(
        "CREATE TABLE IF NOT EXISTS wide (id bigint GENERATED ALWAYS AS IDENTITY, text text)",
        "INSERT INTO wide (text) SELECT repeat('w', 900) FROM generate_series(1, 1050 * "
            + megabytes
            + ") g");
  }

  @Test
  void aRestartGoesOnWhereTheArchiveEndsWithoutLosingOrRepeating() {
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V18).setting("wal_keep_size", "1GB").start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      Lsn begin = Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      for (int i = 0; i < 3; i++) {
        write(server, 1);
        try (Receiver receiver = site.receiver(server)) {
          server.sql("CREATE TABLE more_" + i + " (id int)");
          site.awaitEverything(receiver, server);
        }
        server.sql("CREATE TABLE alone_" + i + " (id int)");
      }
      Lsn end = ReceivingSite.flushed(server);
      try (Receiver receiver = site.receiver(server)) {
        site.awaitDurable(receiver, end);
        ReceivingSite.compare(receiver.archive(), server, 1, begin, end);
        assertThat(receiver.archive().gaps()).isEmpty();
      }
    }
  }

  @Test
  void stoppingShipsWhatWasReceived() {
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      Lsn end;
      Receiver receiver = site.receiver(server.conninfo(), Duration.ofHours(1));
      try (receiver) {
        server.sql("CREATE TABLE t (id int)");
        end = ReceivingSite.flushed(server);
        await(() -> !receiver.state().received().isBefore(end));
        assertThat(receiver.state().durable()).isLessThan(end);
      }
      assertThat(receiver.archive().ranges(1).getLast().to()).isGreaterThanOrEqualTo(end);
    }
  }

  @Test
  void theServersRestartAndCrashAreSurvived() {
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V17).setting("wal_keep_size", "1GB").start();
        ReceivingSite site = ReceivingSite.in(directory);
        Receiver receiver = site.receiver(server)) {
      Lsn begin = Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      write(server, 1);
      long before = System.nanoTime();
      server.restart();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
      write(server, 1);
      server.kill();
      server.start();
      write(server, 1);
      Lsn end = ReceivingSite.flushed(server);
      site.awaitDurable(receiver, end);
      ReceivingSite.compare(receiver.archive(), server, 1, begin, end);
      assertThat(receiver.archive().gaps()).isEmpty();
      assertThat(site.said()).contains("WAL cannot be received").contains("works again");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"V14", "V18"})
  void aPromotionIsFollowedAcrossTheTimelines(PostgresMajor major) {
    try (TestCluster primary = TestCluster.of(major).setting("wal_keep_size", "1GB").start();
        TestCluster standby = primary.standby();
        ReceivingSite site = ReceivingSite.in(directory);
        Receiver receiver = site.receiver(standby)) {
      write(primary, 2);
      primary.sql("CREATE TABLE half (id int)");
      standby.awaitReplayOf(primary);
      Lsn begin = Lsn.parse(standby.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      primary.stopImmediately();
      standby.promote();
      write(standby, 2);
      Lsn end = ReceivingSite.flushed(standby);
      await(() -> receiver.state().timeline() == 2);
      site.awaitDurable(receiver, end);
      WalArchive archive = receiver.archive();
      Lsn change = archive.history(2).orElseThrow().endOf(1).orElseThrow();
      WalSegment lastOfOld = WalSegment.holding(1, change, archive.segmentSize());
      assertThat(archive.hasWhole(lastOfOld)).isFalse();
      assertThat(archive.ranges(1).getLast().to()).isEqualTo(change);
      ReceivingSite.compare(archive, standby, 2, change, end);
      assertThat(archive.covers(archive.inventory().path(2), begin, end)).isTrue();
      assertThat(archive.gaps()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPromotionWhileNobodyReceivesIsFollowedToo(boolean archiveIsAhead) {
    try (TestCluster primary =
            TestCluster.of(PostgresMajor.V16).setting("wal_keep_size", "1GB").start();
        TestCluster standby = primary.standby();
        ReceivingSite site = ReceivingSite.in(directory)) {
      Lsn begin = Lsn.parse(primary.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      try (Receiver receiver = site.receiver(primary)) {
        write(primary, 1);
        primary.sql("CREATE TABLE half (id int)");
        site.awaitEverything(receiver, primary);
        if (archiveIsAhead) {
          standby.awaitReplayOf(primary);
          cutOff(standby);
          write(primary, 2);
          primary.sql("CREATE TABLE lost (id int)");
          site.awaitEverything(receiver, primary);
        }
      }
      if (!archiveIsAhead) {
        primary.sql("CREATE TABLE unseen (id int)");
        standby.awaitReplayOf(primary);
      }
      primary.stopImmediately();
      standby.promote();
      write(standby, 1);
      try (Receiver receiver = site.receiver(standby)) {
        Lsn end = ReceivingSite.flushed(standby);
        await(() -> receiver.state().timeline() == 2);
        site.awaitDurable(receiver, end);
        requireWhole(receiver.archive(), standby, begin, end);
      }
    }
  }

  /** The same receiver, at an address that moves from the primary to a standby that was behind. */
  @Test
  void anAddressThatFailsOverToAServerThatWasBehindIsFollowed() throws Exception {
    try (TestCluster primary =
            TestCluster.of(PostgresMajor.V17).setting("wal_keep_size", "1GB").start();
        TestCluster standby = primary.standby();
        Relay address = new Relay(primary.port());
        ReceivingSite site = ReceivingSite.in(directory);
        Receiver receiver =
            site.receiver(
                primary.conninfo().replace("port=" + primary.port(), "port=" + address.port()),
                Duration.ofMillis(100))) {
      Lsn begin = Lsn.parse(primary.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      write(primary, 1);
      standby.awaitReplayOf(primary);
      cutOff(standby);
      write(primary, 2);
      primary.sql("CREATE TABLE lost (id int)");
      site.awaitEverything(receiver, primary);
      Lsn ahead = receiver.state().durable();
      primary.stopImmediately();
      standby.promote();
      address.moveTo(standby.port());
      write(standby, 1);
      await(() -> receiver.state().timeline() == 2);
      Lsn change = receiver.archive().history(2).orElseThrow().endOf(1).orElseThrow();
      assertThat(change).as("where the new timeline begins").isLessThan(ahead);
      Lsn end = ReceivingSite.flushed(standby);
      await(() -> receiver.archive().covers(receiver.archive().inventory().path(2), begin, end));
      requireWhole(receiver.archive(), standby, begin, end);
    }
  }

  private static void cutOff(TestCluster standby) {
    standby.configure("primary_conninfo", "");
    standby.reload();
    standby.await("SELECT count(*) = 0 FROM pg_stat_wal_receiver");
  }

  private static void requireWhole(WalArchive archive, TestCluster server, Lsn begin, Lsn end) {
    WalInventory inventory = archive.inventory();
    assertThat(inventory.covers(inventory.path(2), begin, end)).isTrue();
    assertThat(inventory.gaps()).isEmpty();
    Lsn change = archive.history(2).orElseThrow().endOf(1).orElseThrow();
    ReceivingSite.compare(archive, server, 2, change, end);
  }

  @Test
  void walThatTheServerRemovedIsAGapAndNotTheEnd() {
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V16)
                .setting("max_wal_size", "64MB")
                .setting("min_wal_size", "32MB")
                .start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      try (Receiver receiver = site.receiver(server)) {
        write(server, 1);
        site.awaitEverything(receiver, server);
      }
      await(() -> server.query("SELECT active FROM pg_replication_slots").equals("f"));
      server.sql("SELECT pg_drop_replication_slot('holdfast')");
      write(server, 3);
      server.sql("CHECKPOINT");
      write(server, 2);
      server.sql("CHECKPOINT");
      try (Receiver receiver = site.receiver(server)) {
        write(server, 1);
        site.awaitEverything(receiver, server);
        assertThat(site.said()).contains("WARNING GAP in the WAL archive");
        List<WalGap> gaps = receiver.archive().gaps();
        assertThat(gaps).hasSize(1);
        assertThat(gaps.getFirst().segments()).isPositive();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"V14", "V18"})
  void aSlotThatTheServerGaveUpIsMadeAnew(PostgresMajor major) {
    try (TestCluster server =
            TestCluster.of(major)
                .setting("max_slot_wal_keep_size", "16MB")
                .setting("max_wal_size", "64MB")
                .setting("min_wal_size", "32MB")
                .start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      try (Receiver receiver = site.receiver(server)) {
        write(server, 1);
        site.awaitEverything(receiver, server);
      }
      await(() -> server.query("SELECT active FROM pg_replication_slots").equals("f"));
      if (major == PostgresMajor.V18) {
        // Its WAL stays, and so does its position.
        server.configure("idle_replication_slot_timeout", "1s");
        server.reload();
        await(() -> {
          server.sql("CHECKPOINT");
          return server
              .query("SELECT coalesce(invalidation_reason, '') FROM pg_replication_slots")
              .equals("idle_timeout");
        });
      } else {
        write(server, 6);
        server.sql("CHECKPOINT");
        server.await("SELECT wal_status = 'lost' FROM pg_replication_slots");
      }
      try (Receiver receiver = site.receiver(server)) {
        write(server, 1);
        site.awaitEverything(receiver, server);
        assertThat(site.said()).contains("making it anew");
        assertThat(receiver.archive().gaps()).hasSize(major == PostgresMajor.V18 ? 0 : 1);
        server.await("SELECT active AND wal_status <> 'lost' FROM pg_replication_slots");
      }
    }
  }

  @Test
  void aSlotThatAnotherOneUsesIsWaitedFor() {
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      Lsn begin = Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      try (Receiver receiver = site.receiver(server)) {
        site.awaitEverything(receiver, server);
      }
      await(() -> server.query("SELECT active FROM pg_replication_slots").equals("f"));
      ReplicationSession other =
          ReplicationSession.connect(ConnectionSettings.parse(server.conninfo()), "other");
      try (other) {
        WalStream theirs =
            other.stream(
                Optional.of("holdfast"), WalSegment.holding(1, begin, 16 << 20).start(), 1);
        server.await("SELECT active FROM pg_replication_slots");
        try (Receiver receiver = site.receiver(server)) {
          server.sql("CREATE TABLE t (id int)");
          Lsn end = ReceivingSite.flushed(server);
          await(() -> site.said().contains("is active for PID"));
          assertThat(site.said()).contains("Another receiver uses this slot");
          assertThat(receiver.state().trouble()).isPresent();
          theirs.close();
          site.awaitDurable(receiver, end);
          ReceivingSite.compare(receiver.archive(), server, 1, begin, end);
          await(() -> receiver.state().trouble().isEmpty());
        }
      }
    }
  }

  @Test
  void theSlotOfAnotherRepositoryIsNotTaken() {
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).start();
        ReceivingSite site = ReceivingSite.in(directory.resolve("first"));
        ReceivingSite other = ReceivingSite.in(directory.resolve("other"))) {
      try (Receiver receiver = site.receiver(server)) {
        refusedAt(other, server, "somebody receives through");
        site.awaitEverything(receiver, server);
      }
      await(() -> server.query("SELECT active FROM pg_replication_slots").equals("f"));
      refusedAt(other, server, "keeps WAL for somebody");
      // That the other one has a backup with all WAL up to now says nothing of what the first
      // lacks.
      write(server, 1);
      ReceiverOptions backup =
          ReceiverOptions.duringBackup(
              ConnectionSettings.parse(server.conninfo()),
              "holdfast_b",
              other.spool(),
              Optional.of(Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"))));
      try (Receiver receiver = other.receiver(backup)) {
        other.awaitEverything(receiver, server);
      }
      refusedAt(other, server, "keeps WAL for somebody");
      server.sql("SELECT pg_drop_replication_slot('holdfast')");
      try (Receiver receiver = other.receiver(server)) {
        other.awaitEverything(receiver, server);
      }
      await(() -> server.query("SELECT active FROM pg_replication_slots").equals("f"));
      try (Receiver receiver = other.receiver(server)) {
        other.awaitEverything(receiver, server);
      }
    }
  }

  private static void refusedAt(ReceivingSite site, TestCluster server, String why) {
    assertThatThrownBy(() -> site.receiver(server))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> {
              assertThat(e.status()).isEqualTo(ExitStatus.REFUSED);
              assertThat(e.hint().orElseThrow()).contains("pg_drop_replication_slot('holdfast')");
            })
        .hasMessageContaining(why);
  }

  /** As a copy of the repository leaves it that received through the same slot for a while. */
  @Test
  void aHoleThatTheSlotDoesNotKeepIsClosedIfTheServerHasIt() throws Exception {
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V18).setting("wal_keep_size", "1GB").start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      Lsn begin;
      try (Receiver receiver = site.receiver(server)) {
        begin = ReceivingSite.flushed(server);
        write(server, 1);
        site.awaitEverything(receiver, server);
      }
      await(() -> server.query("SELECT active FROM pg_replication_slots").equals("f"));
      write(server, 3);
      Lsn later = ReceivingSite.flushed(server);
      ReceiverOptions backup =
          ReceiverOptions.duringBackup(
              ConnectionSettings.parse(server.conninfo()),
              "holdfast_b",
              site.spool(),
              Optional.of(later));
      try (Receiver receiver = site.receiver(backup)) {
        write(server, 2);
        site.awaitEverything(receiver, server);
        assertThat(receiver.archive().gaps()).hasSize(1);
      }
      server.sql("SELECT pg_replication_slot_advance('holdfast', pg_current_wal_flush_lsn())");
      try (Receiver receiver = site.receiver(server)) {
        write(server, 1);
        site.awaitEverything(receiver, server);
        assertThat(receiver.archive().gaps()).isEmpty();
        ReceivingSite.compare(receiver.archive(), server, 1, begin, ReceivingSite.flushed(server));
      }
    }
  }

  @Test
  void aSlotThatStandsBehindTheEndOfTheArchiveIsTold() {
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V18).setting("wal_keep_size", "1GB").start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      try (Receiver receiver = site.receiver(server)) {
        site.awaitEverything(receiver, server);
      }
      await(() -> server.query("SELECT active FROM pg_replication_slots").equals("f"));
      write(server, 2);
      server.sql("SELECT pg_replication_slot_advance('holdfast', pg_current_wal_flush_lsn())");
      try (Receiver receiver = site.receiver(server)) {
        site.awaitEverything(receiver, server);
        assertThat(site.said()).contains("something else receives through it");
        assertThat(receiver.archive().gaps()).isEmpty();
      }
    }
  }

  @Test
  void aHoleThatTheServerCannotCloseIsSaidAndLeft() {
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V16)
                .setting("max_wal_size", "64MB")
                .setting("min_wal_size", "32MB")
                .start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      try (Receiver receiver = site.receiver(server)) {
        site.awaitEverything(receiver, server);
      }
      await(() -> server.query("SELECT active FROM pg_replication_slots").equals("f"));
      server.sql("SELECT pg_drop_replication_slot('holdfast')");
      write(server, 3);
      server.sql("CHECKPOINT");
      write(server, 2);
      server.sql("CHECKPOINT");
      for (int i = 0; i < 2; i++) {
        try (Receiver receiver = site.receiver(server)) {
          write(server, 2);
          site.awaitEverything(receiver, server);
          assertThat(receiver.archive().gaps()).hasSize(1);
          assertThat(receiver.state().skips()).isEqualTo(1 - i);
        }
        await(() -> server.query("SELECT active FROM pg_replication_slots").equals("f"));
      }
      assertThat(site.said())
          .containsOnlyOnce("GAP in")
          .containsOnlyOnce("hole in the WAL archive");
      aHoleThatCannotBeClosedCostsNothingElse(server, site);
    }
  }

  /** Though the first attempt to close it fails for another reason. */
  private static void aHoleThatCannotBeClosedCostsNothingElse(
      TestCluster server, ReceivingSite site) {
    server.configure("wal_keep_size", "1GB");
    server.reload();
    write(server, 2);
    server.sql("SELECT pg_replication_slot_advance('holdfast', pg_current_wal_flush_lsn())");
    ReplicationSession other =
        ReplicationSession.connect(ConnectionSettings.parse(server.conninfo()), "other");
    try (other) {
      WalStream theirs =
          other.stream(
              Optional.of("holdfast"),
              WalSegment.holding(1, ReceivingSite.flushed(server), 16 << 20).start(),
              1);
      server.await("SELECT active FROM pg_replication_slots");
      try (Receiver receiver = site.receiver(server)) {
        await(() -> site.said().contains("is active for PID"));
        theirs.close();
        write(server, 1);
        site.awaitEverything(receiver, server);
        assertThat(receiver.archive().gaps()).hasSize(1);
        assertThat(receiver.state().skips()).isZero();
      }
    }
  }

  @Test
  void aSecondReceiverIsRefused() {
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).start();
        ReceivingSite site = ReceivingSite.in(directory);
        Receiver receiver = site.receiver(server)) {
      assertThatThrownBy(() -> site.receiver(server))
          .isInstanceOfSatisfying(
              LeaseHeldException.class,
              e -> assertThat(e.status()).isEqualTo(ExitStatus.LEASE_HELD));
      server.sql("CREATE TABLE t (id int)");
      site.awaitEverything(receiver, server);
    }
  }

  @Test
  void theSpoolOfAnotherRepositoryIsRefusedAndLeftAlone() {
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).start();
        ReceivingSite site = ReceivingSite.in(directory.resolve("one"));
        ReceivingSite other = ReceivingSite.in(directory.resolve("other"));
        Receiver receiver = site.receiver(server)) {
      server.sql("CREATE TABLE t (id int)");
      site.awaitEverything(receiver, server);
      assertThat(site.spool()).isDirectoryContaining("glob:**.spool");
      ReceiverOptions shared =
          ReceiverOptions.continuous(
              ConnectionSettings.parse(server.conninfo()),
              "other",
              site.spool(),
              Duration.ofSeconds(1));
      assertThatThrownBy(() -> other.receiver(shared))
          .isInstanceOfSatisfying(
              HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED))
          .hasMessageContaining("spool")
          .hasMessageContaining("in repository");
      assertThat(site.spool()).isDirectoryContaining("glob:**.spool");
      server.sql("CREATE TABLE u (id int)");
      site.awaitEverything(receiver, server);
      assertThat(site.said()).doesNotContain("WARNING");
    }
  }

  @Test
  void anotherServerUnderTheSameNameIsRefused() {
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).start();
        TestCluster other = TestCluster.of(PostgresMajor.V18).start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      try (Receiver receiver = site.receiver(server)) {
        site.awaitEverything(receiver, server);
      }
      assertThatThrownBy(() -> site.receiver(other))
          .isInstanceOfSatisfying(
              HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED))
          .hasMessageContaining("system identifier");
    }
  }

  @Test
  void largeSegmentsArriveInPartsAndWhole() {
    try (TestCluster server =
            TestCluster.of(PostgresMajor.V18)
                .walSegmentMegabytes(64)
                .setting("max_wal_size", "1GB")
                .setting("wal_keep_size", "2GB")
                .start();
        ReceivingSite site = ReceivingSite.in(directory);
        Receiver receiver = site.receiver(server)) {
      Lsn begin = Lsn.parse(server.query("SELECT redo_lsn FROM pg_control_checkpoint()"));
      server.sql(
          "CREATE TABLE wide AS SELECT g, repeat(md5(g::text), 4) FROM generate_series(1, 100000) g");
      site.awaitEverything(receiver, server);
      server.sql("SELECT pg_switch_wal()", "CREATE TABLE t (id int)");
      Lsn end = ReceivingSite.flushed(server);
      site.awaitDurable(receiver, end);
      assertThat(receiver.archive().segmentSize()).isEqualTo(64 << 20);
      assertThat(ReceivingSite.compare(receiver.archive(), server, 1, begin, end)).isEqualTo(2);
    }
  }

  @Test
  void aReceiverInsideABackupLeavesNoSlotBehind() {
    try (TestCluster server = TestCluster.of(PostgresMajor.V15).start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      Lsn begin = ReceivingSite.flushed(server);
      try (Receiver receiver =
          site.receiver(
              ReceiverOptions.duringBackup(
                  ConnectionSettings.parse(server.conninfo()),
                  "holdfast_backup",
                  site.spool(),
                  Optional.of(begin)))) {
        write(server, 1);
        Lsn end = ReceivingSite.flushed(server);
        site.awaitDurable(receiver, end);
        assertThat(receiver.archive().covers(receiver.archive().inventory().path(1), begin, end))
            .isTrue();
        assertThat(receiver.archive().ranges(1).getFirst().from())
            .as("nothing from before the backup is received")
            .isEqualTo(WalSegment.holding(1, begin, receiver.archive().segmentSize()).start());
      }
      await(() -> server.query("SELECT count(*) FROM pg_replication_slots").equals("0"));
    }
  }

  @Test
  void stoppedAtOnceItLeavesNoConnection() {
    try (TestCluster server = TestCluster.of(PostgresMajor.V18).start();
        ReceivingSite site = ReceivingSite.in(directory)) {
      for (int i = 0; i < 5; i++) {
        site.receiver(
                ReceiverOptions.duringBackup(
                    ConnectionSettings.parse(server.conninfo()),
                    "holdfast_backup",
                    site.spool(),
                    Optional.empty()))
            .close();
      }
      await(() -> server.query("SELECT count(*) FROM pg_replication_slots").equals("0"));
    }
  }

  /** Some WAL, ending so many segments. */
  private static void write(TestCluster server, int segments) {
    for (int i = 0; i < segments; i++) {
      server.sql(
          "CREATE TABLE IF NOT EXISTS filler (id bigint GENERATED ALWAYS AS IDENTITY, text text)",
          "INSERT INTO filler (text) SELECT md5(g::text) FROM generate_series(1, 2000) g",
          "SELECT pg_switch_wal()");
    }
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + ReceivingSite.PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still not so").isLessThan(end);
      Thread.onSpinWait();
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
