package io.holdfast.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.changes.FabricatedChanges;
import io.holdfast.operations.changes.SummaryStore;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.RelationFile;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.Extent;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Manifest.PackUse;
import io.holdfast.repository.StoredFile;
import io.holdfast.repository.WriteOptions;
import io.holdfast.storage.ObjectKey;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/** What an incremental backup reads, takes over, and how it comes to trust what it takes over. */
class IncrementalBackupTest {
  private final BackupRig rig = new BackupRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void onlyWhatChangedIsReadAndEveryBackupIsWhole(PostgresMajor major) {
    try (TestCluster server = server(major)) {
      fill(server);
      BackupOutcome first = rig.backUp(server);
      assertThat(first.details().changes().foundBy()).isEqualTo("full");
      assertThat(first.manifest().parent()).isEmpty();

      change(server, 1);
      BackupOutcome second = rig.backUp(server);

      assertThat(second.details().changes().foundBy()).isEqualTo("tracked");
      assertThat(second.details().changes().why()).contains(first.manifest().id().text());
      assertThat(second.manifest().parent()).contains(first.manifest().id());
      assertThat(second.manifest().totals().bytesRead())
          .isLessThan(first.manifest().totals().bytesRead() / 3);
      assertThat(second.manifest().totals().bytesInherited())
          .isGreaterThan(first.manifest().totals().bytes() / 2);
      assertThat(second.details().changes().audit().pages()).isPositive();
      assertSameAsFull(server, second);

      change(server, 2);
      BackupOutcome third = rig.backUp(server);
      assertThat(third.details().changes().foundBy()).isEqualTo("tracked");
      rig.cluster.delete(first.manifest().id());
      rig.cluster.delete(second.manifest().id());
      assertSameAsFull(server, third);
    }
  }

  @Test
  void withoutTheWalEverythingIsComparedAndOnlyWhatDiffersStored() {
    try (TestCluster server = server(PostgresMajor.newest())) {
      fill(server);
      BackupOutcome first = rig.backUp(server);
      change(server, 1);
      loseWal(server);
      BackupOutcome second = rig.backUp(server);

      assertThat(second.details().changes().foundBy()).isEqualTo("scan");
      assertThat(second.details().changes().why()).contains("is not there");
      assertThat(second.manifest().totals().bytesStored())
          .isLessThan(first.manifest().totals().bytesStored() / 3);
      assertSameAsFull(server, second);
    }
  }

  @Test
  void aFullBackupIsTakenWhenItIsAskedFor() {
    try (TestCluster server = server(PostgresMajor.newest())) {
      fill(server);
      rig.backUp(server);
      BackupOutcome second = rig.backUp(server, change -> change.full = true);
      assertThat(second.details().changes().foundBy()).isEqualTo("full");
      assertThat(second.details().changes().why()).contains("asked for");
      assertThat(second.manifest().packs())
          .extracting(use -> use.pack().backup())
          .containsOnly(second.manifest().id());
    }
  }

  @Test
  void anOlderParentCanBeNamedButNotAnUnusableOne() {
    try (TestCluster server = server(PostgresMajor.newest())) {
      fill(server);
      BackupId first = rig.backUp(server).manifest().id();
      change(server, 1);
      rig.backUp(server);
      change(server, 2);
      BackupOutcome third = rig.backUp(server, change -> change.parent = Optional.of(first));
      assertThat(third.manifest().parent()).contains(first);
      assertSameAsFull(server, third);

      losePack(first);
      assertThatThrownBy(() -> rig.backUp(server, change -> change.parent = Optional.of(first)))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("is missing");
    }
  }

  @Test
  void aDamagedParentIsPassedOver() {
    try (TestCluster server = server(PostgresMajor.newest())) {
      fill(server);
      BackupId first = rig.backUp(server).manifest().id();
      losePack(first);
      BackupOutcome second = rig.backUp(server);
      assertThat(second.details().changes().foundBy()).isEqualTo("full");
      assertThat(second.details().changes().why()).contains(first.text()).contains("is missing");
    }
  }

  @Test
  void aBackupOnAnOlderParentSaysWhichOneItPassedOver() {
    try (TestCluster server = server(PostgresMajor.newest())) {
      fill(server);
      BackupId first = rig.backUp(server).manifest().id();
      change(server, 1);
      BackupId second = rig.backUp(server).manifest().id();
      losePack(second);
      BackupOutcome third = rig.backUp(server);
      assertThat(third.manifest().parent()).contains(first);
      assertThat(third.details().changes().why())
          .contains("passed over: backup " + second.text())
          .contains("is missing");
    }
  }

  @Test
  void aDiskThatWasSetBackIsFoundOut() throws Exception {
    try (TestCluster server = server(PostgresMajor.newest());
        BackupRig beside = new BackupRig()) {
      fill(server);
      rig.backUp(server);
      server.stop();
      Path earlier = rig.newDirectory("earlier").resolve("data");
      copy(server.dataDirectory(), earlier);
      server.start();
      server.sql("UPDATE a SET t = 'first life' WHERE id = 1");
      rig.backUp(server);

      server.stop();
      copy(earlier, server.dataDirectory());
      server.start();
      server.sql("UPDATE a SET t = 'second life' WHERE id = 40000");
      beside.backUp(server); // ends the segment where the first life's backup ended it

      assertThatThrownBy(() -> rig.backUp(server))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("to be what the archive holds under its name")
          .hasMessageContaining("differs from");
    }
  }

  private static void copy(Path from, Path to) throws Exception {
    String copying = "rm -rf \"$2\" && cp -a \"$1\" \"$2\"";
    Process process =
        new ProcessBuilder("sh", "-c", copying, "sh", from.toString(), to.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void afterARestartWalIsBelievedOnlyIfTheServerStillHasIt() {
    try (TestCluster server = server(PostgresMajor.newest())) {
      fill(server);
      rig.backUp(server);
      change(server, 1);
      server.restart();
      change(server, 2);
      BackupOutcome second = rig.backUp(server);
      assertThat(second.details().changes().foundBy()).isEqualTo("tracked");
      assertSameAsFull(server, second);

      server.restart();
      server.sql("ALTER SYSTEM SET wal_keep_size = 0", "SELECT pg_reload_conf()");
      for (int i = 0; i < 4; i++) {
        server.sql("UPDATE a SET t = 'more' WHERE id = " + i, "SELECT pg_switch_wal()");
        archiveWal(server);
        server.sql("CHECKPOINT");
      }
      BackupOutcome third = rig.backUp(server);
      assertThat(third.details().changes().foundBy()).isEqualTo("scan");
      assertThat(third.details().changes().why()).contains("the server was started again since");
      assertSameAsFull(server, third);
    }
  }

  /** All of the server's whole segments. */
  private void archiveWal(TestCluster server) {
    WalArchive archive =
        WalArchive.find(
                rig.cluster,
                Long.parseUnsignedLong(
                    server.query("SELECT system_identifier FROM pg_control_system()")))
            .orElseThrow();
    String current = server.query("SELECT pg_walfile_name(pg_current_wal_lsn())");
    for (String name :
        server.rows("SELECT name FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'").stream()
            .map(List::getFirst)
            .filter(name -> name.compareTo(current) < 0)
            .toList()) {
      archive.putFile(name, server.dataDirectory().resolve("pg_wal").resolve(name));
    }
  }

  @Test
  void aBackupOfAnotherSystemIsNoParent() {
    try (TestCluster server = server(PostgresMajor.newest())) {
      fill(server);
      BackupOutcome first = rig.backUp(server);
      BackupId stranger = backupOfAnotherSystem(first.manifest());
      assertThatThrownBy(() -> rig.backUp(server))
          .hasMessageContaining("expected system identifier 4711");

      BackupOutcome second = rig.backUp(server, change -> change.newSystem = true);
      assertThat(second.manifest().parent()).contains(first.manifest().id());
      assertThatThrownBy(() -> rig.backUp(server, change -> change.parent = Optional.of(stranger)))
          .hasMessageContaining("is of another system identifier");

      rig.cluster.delete(first.manifest().id());
      rig.cluster.delete(second.manifest().id());
      BackupOutcome third = rig.backUp(server, change -> change.newSystem = true);
      assertThat(third.details().changes().foundBy()).isEqualTo("full");
      assertThat(third.details().changes().why()).contains("is of another system identifier");
    }
  }

  private BackupId backupOfAnotherSystem(Manifest like) {
    ObjectNode details = like.details().deepCopy().asObject();
    ((ObjectNode) details.get("server")).put("systemIdentifier", "4711");
    BackupId id = BackupId.next(Instant.now(), new SecureRandom(), Optional.of(like.id()));
    try (BackupWriter writer = rig.cluster.begin(id, new WriteOptions(1 << 20, 1))) {
      writer.commit(
          new BackupWriter.Commit(
              like.kind(), Optional.empty(), Instant.now(), Instant.now(), 0, details),
          () -> {});
    }
    return id;
  }

  @Test
  void aBackupOfANewerFormatIsNoParent() {
    try (TestCluster server = server(PostgresMajor.newest())) {
      fill(server);
      BackupId first = rig.backUp(server).manifest().id();
      ObjectKey key = ObjectKey.of("clusters/main/backups/" + first + ".manifest");
      byte[] newer = rig.storage.read(key).content();
      newer[8] = 2; // the version of the container's format
      rig.storage.delete(key);
      rig.storage.create(key, newer);

      BackupOutcome second = rig.backUp(server);
      assertThat(second.details().changes().foundBy()).isEqualTo("full");
      assertThat(second.details().changes().why()).contains(first.text()).contains("found 2");
    }
  }

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void aChangeThatWalDoesNotTellOfIsFoundOut(PostgresMajor major) {
    try (TestCluster server = server(major)) {
      fill(server);
      BackupId first = rig.backUp(server).manifest().id();
      server.sql("UPDATE a SET id = id + 1", "SELECT pg_switch_wal()");
      BackupOutcome second = rig.backUp(server);
      assertThat(second.details().changes().foundBy()).isEqualTo("tracked");
      silenceSummaries(second);

      BackupOutcome third = rig.backUp(server, change -> change.parent = Optional.of(first));

      assertThat(third.details().changes().foundBy()).isEqualTo("scan");
      assertThat(third.details().changes().why()).contains("the audit found");
      assertThat(rig.warnings).anyMatch(line -> line.contains("of which WAL had not told"));
      assertThat(rig.cluster.backupIds()).hasSize(3);
      assertSameAsFull(server, third);
    }
  }

  @Test
  void whatTheServerItselfFoundInWalMustBeKnown() {
    try (TestCluster server =
        TestCluster.of(PostgresMajor.newest())
            .setting("autovacuum", "off")
            .setting("wal_keep_size", "1GB")
            .setting("summarize_wal", "on")
            .start()) {
      fill(server);
      BackupId first = rig.backUp(server).manifest().id();
      change(server, 1);
      server.sql("UPDATE a SET id = id + 1", "SELECT pg_switch_wal()", "CHECKPOINT");
      server.await(
          "SELECT EXISTS (SELECT FROM pg_available_wal_summaries()"
              + " WHERE end_lsn >= (SELECT redo_lsn FROM pg_control_checkpoint()))");
      BackupOutcome second = rig.backUp(server);
      assertThat(second.details().changes().foundBy()).isEqualTo("tracked");
      silenceSummaries(second);

      BackupOutcome third = rig.backUp(server, change -> change.parent = Optional.of(first));

      assertThat(third.details().changes().foundBy()).isEqualTo("scan");
      assertThat(third.details().changes().why()).contains("the server's own WAL summaries name");
      assertSameAsFull(server, third);
    }
  }

  /** Makes them say that nothing happened. */
  private void silenceSummaries(BackupOutcome last) {
    long system = last.details().server().systemIdentifier();
    SummaryStore store = new SummaryStore(rig.cluster, system);
    WalArchive wal = WalArchive.find(rig.cluster, system).orElseThrow();
    WalSegment segment = WalSegment.holding(1, last.details().window().start(), wal.segmentSize());
    int silenced = 0;
    for (long number = 1; number < segment.number(); number++) {
      silenced +=
          FabricatedChanges.silence(store, new WalSegment(1, number, wal.segmentSize())) ? 1 : 0;
    }
    assertThat(silenced).isPositive();
  }

  private static TestCluster server(PostgresMajor major) {
    return TestCluster.of(major)
        .setting("autovacuum", "off")
        .setting("wal_keep_size", "1GB")
        .start();
  }

  private static void fill(TestCluster server) {
    server.sql(
        "CREATE TABLE a AS SELECT g id, repeat(md5(g::text), 8) t FROM generate_series(1, 60000) g",
        "CREATE INDEX a_id ON a (id)",
        "CREATE TABLE b AS SELECT g id, repeat(md5(g::text), 8) t FROM generate_series(1, 20000) g",
        "CREATE TABLE gone AS SELECT g id FROM generate_series(1, 20000) g",
        "VACUUM ANALYZE");
  }

  private static void change(TestCluster server, int round) {
    server.sql(
        "UPDATE a SET t = 'changed' WHERE id % 7919 = " + round,
        "DELETE FROM b WHERE id > " + 20000 / (round + 1),
        "VACUUM b",
        "DROP TABLE IF EXISTS gone",
        "CREATE TABLE new" + round + " AS SELECT g FROM generate_series(1, 1000) g",
        "INSERT INTO b SELECT g, 'new' FROM generate_series(1, 500) g",
        "CHECKPOINT");
  }

  /** The WAL since the last backup is neither in the archive nor with the server. */
  private static void loseWal(TestCluster server) {
    server.sql("ALTER SYSTEM SET wal_keep_size = 0", "SELECT pg_reload_conf()");
    for (int i = 0; i < 4; i++) {
      server.sql("SELECT pg_logical_emit_message(false, 'x', 'y')", "SELECT pg_switch_wal()");
      server.sql("CHECKPOINT");
    }
  }

  private void losePack(BackupId id) {
    PackUse use =
        rig.cluster.open(id).manifest().packs().stream()
            .filter(each -> each.pack().backup().equals(id))
            .findFirst()
            .orElseThrow();
    rig.deletePack(use.pack());
  }

  /** Nothing happens on the server meanwhile, so every page of a relation must be the same. */
  private void assertSameAsFull(TestCluster server, BackupOutcome incremental) {
    BackupOutcome full = rig.backUp(server, change -> change.full = true);
    Map<String, byte[]> expected = relations(full.manifest().id());
    Map<String, byte[]> found = relations(incremental.manifest().id());
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((path, content) ->
        assertThat(Arrays.mismatch(content, found.get(path))).as(path).isEqualTo(-1));
    rig.cluster.delete(full.manifest().id());
  }

  private Map<String, byte[]> relations(BackupId id) {
    Map<String, byte[]> content = new HashMap<>();
    try (ChunkReader reader = rig.cluster.open(id).openReader()) {
      for (StoredFile file : rig.files(id).values()) {
        if (RelationFile.parse(file.path()).isPresent()) {
          content.put(file.path(), content(reader, file));
        }
      }
    }
    return content;
  }

  private static byte[] content(ChunkReader reader, StoredFile file) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Extent extent : file.extents()) {
      switch (extent) {
        case Extent.Hole hole -> out.writeBytes(new byte[(int) hole.length()]);
        case Extent.Slice slice ->
            out.write(reader.read(slice.chunk()), slice.offset(), (int) slice.length());
      }
    }
    return out.toByteArray();
  }
}
