package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.s3.VersionedBucketServer;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TpcbLoad;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bucket with versions and object lock, and a thief with the host's access key: what
 * docs/sites.md says of it, command by command.
 */
final class StolenKeyTest {
  private static final String OF_THE_REPOSITORY =
      ".*(holdfast\\.json|/keys/.*|/documents/.*|\\.pack|\\.manifest|/wal/.*/[0-9A-F]{24})";

  @TempDir Path folder;

  @Test
  void whatAThiefDestroysIsReadAsItWas() throws Exception {
    PostgresMajor major = PostgresMajor.newest();
    try (VersionedBucketServer bucket = VersionedBucketServer.start(true);
        TestCluster source = TestCluster.of(major).start()) {
      TpcbLoad.prepare(source, 2);
      ClusterContent.installChecks(source);
      Scene scene = new Scene(folder, source);
      secret("access-key", VersionedBucketServer.HOST);
      secret("secret-key", "secret");
      scene.configure("repository:\n" + bucket(bucket, "20d", "  "), source);
      scene.succeed("init", "--non-interactive");
      backUpTwice(scene, source, bucket);
      assertLocked(bucket);
      bucket.lifecycle(
          "<LifecycleConfiguration><Rule><Status>Enabled</Status><Filter><Prefix>acceptance/</Prefix>"
              + "</Filter><NoncurrentVersionExpiration><NoncurrentDays>30</NoncurrentDays>"
              + "</NoncurrentVersionExpiration></Rule></LifecycleConfiguration>");
      assertThat(scene.run("doctor").out())
          .contains("which this machine's access key cannot delete; they are locked for 30d");

      Map<String, ClusterContent.Fingerprint> expected = ClusterContent.fingerprints(source);
      String moment = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusMillis(1).toString();
      bucket.advance(Duration.ofSeconds(30));
      assertThat(bucket.ransack(VersionedBucketServer.HOST)).isNotEmpty();
      assertThat(scene.run("backups", "list").status()).isNotZero();

      assertThat(scene.succeed("backups", "list", "--as-of", moment, "--json").split("\"id\"", -1))
          .hasSize(3);
      assertThat(scene.succeed("verify", "--read-data", "--wal", "--as-of", moment))
          .contains("intact");
      assertThat(scene.succeed("status", "--as-of", moment)).contains("main");
      restoreAndCompare(scene, "as-it-was", major, expected, "--as-of", moment);

      // The first backup was locked for 20 days; the second one builds on it, and was for 30.
      bucket.advance(Duration.ofDays(25));
      bucket.ransack(VersionedBucketServer.OWNER);
      assertThat(scene.succeed("backups", "list", "--as-of", moment, "--json").split("\"id\"", -1))
          .hasSize(2);
      rescue(scene, source, bucket, moment);
      restoreAndCompare(scene, "rescued", major, expected);
    }
  }

  private static void backUpTwice(Scene scene, TestCluster source, VersionedBucketServer bucket)
      throws Exception {
    receiving(scene, source, () -> scene.succeed("backup", "main"));
    scene.configure("repository:\n" + bucket(bucket, "30d", "  "), source);
    try (TpcbLoad load = TpcbLoad.start(source, 2)) {
      load.awaitCommits(100);
      load.stop();
    }
    receiving(
        scene,
        source,
        () -> {
          scene.succeed("backup", "main");
          source.sql("create table after_the_last_backup as select 1");
          String segment = source.query("select pg_walfile_name(pg_switch_wal())");
          String file = source.dataDirectory().resolve("pg_wal/" + segment).toString();
          scene.succeed("wal", "push", "main", file);
        });
  }

  private static void receiving(Scene scene, TestCluster source, Runnable work) throws Exception {
    Process receiver = scene.start("receiver.log", "wal", "receive", "main");
    try {
      source.await("select exists (select from pg_replication_slots where active)");
      work.run();
    } finally {
      receiver.destroy();
      assertThat(receiver.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  private static void assertLocked(VersionedBucketServer bucket) {
    List<String> keys = bucket.keys();
    assertThat(keys.stream().filter(key -> key.matches(OF_THE_REPOSITORY)))
        .anyMatch(key -> key.endsWith(".pack"))
        .anyMatch(key -> key.matches(".*/wal/.*"))
        .allSatisfy(key -> assertThat(bucket.lockedUntil(key)).isPresent());
    assertThat(keys.stream().filter(key -> key.contains("/leases/")))
        .allSatisfy(key -> assertThat(bucket.lockedUntil(key)).isEmpty());
  }

  private void rescue(
      Scene scene, TestCluster source, VersionedBucketServer bucket, String moment) {
    scene.configure(
        "repository:\n  sites:\n    offsite:\n"
            + bucket(bucket, "30d", "      ")
            + "    rescue:\n      path: rescue\n",
        source);
    scene.succeed("sync", "rescue", "--from", "offsite", "--as-of", moment);
    assertThat(scene.succeed("verify", "--read-data", "--site", "rescue")).contains("intact");
    scene.configure("repository:\n  path: rescue\n", source);
  }

  private static String bucket(VersionedBucketServer bucket, String period, String indent) {
    return """
    s3:
      bucket: %s
      prefix: acceptance
      endpoint: %s
      credentials:
        access-key-file: access-key
        secret-key-file: secret-key
      lock:
        mode: compliance
        for: %s
    """
        .formatted(VersionedBucketServer.BUCKET, bucket.endpoint(), period)
        .indent(indent.length());
  }

  private void secret(String name, String text) throws Exception {
    Path file =
        Files.createFile(
            folder.resolve(name),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text + "\n");
  }

  private static void restoreAndCompare(
      Scene scene,
      String name,
      PostgresMajor major,
      Map<String, ClusterContent.Fingerprint> expected,
      String... more)
      throws Exception {
    Path restored = scene.at(name);
    List<String> words =
        new java.util.ArrayList<>(
            List.of("restore", "main", "--to", restored.toString(), "--start", "--json"));
    words.addAll(List.of(more));
    scene.succeed(words.toArray(String[]::new));
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
}
