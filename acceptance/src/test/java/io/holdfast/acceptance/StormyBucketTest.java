package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.s3.BucketServer;
import io.holdfast.s3.Gate.Fate;
import io.holdfast.s3.Gate.Request;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.ClusterContent.Fingerprint;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TpcbLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every verb with a store that refuses, loses answers and cuts them short all the while. */
final class StormyBucketTest {
  private static final PostgresMajor MAJOR = PostgresMajor.newest();

  @TempDir Path folder;
  private BucketServer bucket;
  private TestCluster source;
  private Scene scene;

  @BeforeEach
  void aServerAndABucket() throws Exception {
    bucket = BucketServer.start();
    source = TestCluster.of(MAJOR).start();
    TpcbLoad.prepare(source, 1);
    ClusterContent.installChecks(source);
    scene = new Scene(folder, source);
    secret("access-key", BucketServer.KEY_ID);
    secret("secret-key", BucketServer.SECRET);
  }

  @AfterEach
  void stop() {
    source.close();
    bucket.close();
  }

  private void secret(String name, String text) throws IOException {
    Path file =
        Files.createFile(
            folder.resolve(name),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text + "\n");
  }

  /** Its place in a repository's settings, so many columns to the right. */
  private String bucketSettings(int indent) {
    return """
    s3:
      bucket: %s
      endpoint: %s
      credentials:
        access-key-file: access-key
        secret-key-file: secret-key
    """
        .formatted(BucketServer.BUCKET, bucket.endpoint())
        .indent(indent);
  }

  private static Predicate<Request> each(int nth) {
    AtomicInteger count = new AtomicInteger();
    return request -> count.incrementAndGet() % nth == 0;
  }

  @Test
  void everyVerbGetsToItsEnd() throws Exception {
    scene.configure("retention: { last: 1, grace: 0s }\nrepository:\n" + bucketSettings(2), source);
    int always = Integer.MAX_VALUE;
    bucket.gate().meet(each(12), always, new Fate.Refused(503, "SlowDown"));
    bucket.gate().meet(each(29), always, new Fate.LostAnswer());
    bucket.gate().meet(each(31), always, new Fate.CutAnswer(20));

    scene.succeed("init", "--non-interactive");
    scene.succeed("backup", "main");
    source.sql("update accounts set balance = balance + 1 where aid % 50 = 0");
    String segment = source.query("select pg_walfile_name(pg_switch_wal())");
    scene.succeed(
        "wal", "push", "main", source.dataDirectory().resolve("pg_wal/" + segment).toString());
    scene.succeed("backup", "main");
    scene.succeed("prune", "main", "--yes");
    scene.succeed("verify", "--read-data");

    requireRestored(ClusterContent.fingerprints(source));
    assertThat(backups()).isEqualTo(1);
  }

  @Test
  void asASecondSiteItMayBeAwayAndIsEnoughInTheEnd() throws Exception {
    scene.configure(
        """
        repository:
          sites:
            nas:
              path: nas
            offsite:
              required: false
        """
            + bucketSettings(6),
        source);
    scene.succeed("init", "--non-interactive");
    scene.succeed("backup", "main");

    bucket.gate().meet(request -> true, Integer.MAX_VALUE, new Fate.LostRequest());
    source.sql("update accounts set balance = balance + 1 where aid % 50 = 0");
    BuiltProgram.Ran without = scene.run("backup", "main");
    assertThat(without.status()).isZero();
    assertThat(without.err()).contains("warning", "offsite", "holdfast sync offsite");

    bucket.gate().forget();
    bucket.gate().meet(each(12), Integer.MAX_VALUE, new Fate.Refused(503, "SlowDown"));
    scene.succeed("sync", "offsite");
    Files.move(scene.at("nas"), scene.at("burnt"));

    requireRestored(ClusterContent.fingerprints(source));
    assertThat(backups()).isEqualTo(2);
  }

  private long backups() {
    return Pattern.compile("\\d{8}T\\d{6}Z-[a-z0-9]{4}")
        .matcher(scene.succeed("backups", "list"))
        .results()
        .count();
  }

  private void requireRestored(Map<String, Fingerprint> expected) throws Exception {
    Path restored = scene.at("restored");
    scene.succeed("restore", "main", "--to", restored.toString(), "--start", "--json");
    String pid = Files.readAllLines(restored.resolve("postmaster.pid")).getFirst();
    ProcessHandle server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    server.destroy();
    server.onExit().get(1, TimeUnit.MINUTES);
    try (TestCluster copy = TestCluster.over(MAJOR, restored)) {
      copy.start();
      assertThat(ClusterContent.fingerprints(copy)).isEqualTo(expected);
      assertThat(ClusterContent.damage(copy)).isEmpty();
    }
  }
}
