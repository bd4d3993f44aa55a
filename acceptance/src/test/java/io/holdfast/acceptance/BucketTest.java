package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.s3.BucketServer;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TpcbLoad;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An encrypted repository in a bucket, from init to restore, command by command. */
final class BucketTest {
  private static final Duration FAR = Duration.ofMillis(200);

  @TempDir Path folder;

  @Test
  void aBucketHoldsARepository() throws Exception {
    PostgresMajor major = PostgresMajor.newest();
    try (BucketServer bucket = BucketServer.start();
        TestCluster source = TestCluster.of(major).start()) {
      TpcbLoad.prepare(source, 2);
      ClusterContent.installChecks(source);
      Scene scene = new Scene(folder, source);
      settle(bucket, source);
      scene.succeed("init", "--non-interactive");

      Process receiver = scene.start("receiver.log", "wal", "receive", "main");
      try {
        source.await("select exists (select from pg_replication_slots where active)");
        assertThat(scene.succeed("backup", "main")).containsPattern("requests +\\d+ PUT, ");
        try (TpcbLoad load = TpcbLoad.start(source, 2)) {
          load.awaitCommits(100);
          load.stop();
        }
        pushOne(scene, source);
        assertThat(scene.succeed("backup", "main", "--json")).contains("\"requests\":{\"PUT\":");
      } finally {
        receiver.destroy();
        assertThat(receiver.waitFor(1, TimeUnit.MINUTES)).isTrue();
      }

      assertThat(scene.succeed("status")).contains("s3://backups/acceptance");
      assertThat(scene.succeed("verify", "--read-data")).contains("intact");
      assertThat(scene.succeed("key", "recovery-kit"))
          .contains("bucket: backups")
          .doesNotContain(BucketServer.SECRET);
      asksLittleBeforeItBegins(scene, bucket);
      restoreAndCompare(scene, major, ClusterContent.fingerprints(source));
      nothingUnfinished(scene);
    }
  }

  private void settle(BucketServer bucket, TestCluster cluster) throws Exception {
    secret("access-key", BucketServer.KEY_ID);
    secret("secret-key", BucketServer.SECRET);
    Files.writeString(
        folder.resolve("holdfast.yaml"),
        """
        repository:
          s3:
            bucket: %s
            prefix: acceptance
            endpoint: %s
            credentials:
              access-key-file: access-key
              secret-key-command: [cat, %s]
          key:
            passphrase-file: passphrase
        clusters:
          main:
            connection: "%s"
            bin-directory: %s
            wal:
              ship-interval: 1s
              spool-directory: spool
        """
            .formatted(
                BucketServer.BUCKET,
                bucket.endpoint(),
                folder.resolve("secret-key"),
                cluster.conninfo(),
                cluster.major().binaries().directory()));
  }

  private void secret(String name, String text) throws Exception {
    Path file =
        Files.createFile(
            folder.resolve(name),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text + "\n");
  }

  /** As the server's archive_command does it. */
  private static void pushOne(Scene scene, TestCluster source) {
    String segment = source.query("select pg_walfile_name(pg_switch_wal())");
    scene.succeed(
        "wal", "push", "main", source.dataDirectory().resolve("pg_wal/" + segment).toString());
  }

  private static void restoreAndCompare(
      Scene scene, PostgresMajor major, Map<String, ClusterContent.Fingerprint> expected)
      throws Exception {
    Path restored = scene.at("restored");
    scene.succeed("restore", "main", "--to", restored.toString(), "--start", "--json");
    String pid = Files.readAllLines(restored.resolve("postmaster.pid")).getFirst();
    ProcessHandle server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    server.destroy();
    server.onExit().get(1, TimeUnit.MINUTES);
    try (TestCluster copy = TestCluster.over(major, restored)) {
      copy.start();
      assertThat(ClusterContent.fingerprints(copy)).isEqualTo(expected);
      assertThat(ClusterContent.damage(copy)).isEmpty();
    }
  }

  /**
   * A store that is far away is waited for once for each step, however many objects it takes. Those
   * of a restore: what repository it is, and its keys; a key; the backups and what was said of
   * them; their manifests; which WAL is there; what the last of it tells of itself; the lists of
   * files, in packs of two backups; what recovery needs to be set.
   */
  private static void asksLittleBeforeItBegins(Scene scene, BucketServer bucket) {
    assertThat(waits(scene, bucket, "restore", "main", "--to", "nowhere", "--dry-run"))
        .isLessThanOrEqualTo(10);
    assertThat(waits(scene, bucket, "status")).isLessThanOrEqualTo(15);
  }

  private static int waits(Scene scene, BucketServer bucket, String... words) {
    bucket.gate().forget();
    bucket.gate().latency(FAR);
    scene.succeed(words);
    int waits = bucket.gate().oneAfterTheOther();
    System.out.printf(
        "%s: %d requests, waited for %d times%n", words[0], bucket.gate().seen().size(), waits);
    bucket.gate().forget();
    return waits;
  }

  private static void nothingUnfinished(Scene scene) {
    assertThat(scene.succeed("doctor")).doesNotContain("leftovers");
  }
}
