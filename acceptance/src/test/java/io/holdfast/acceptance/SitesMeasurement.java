package io.holdfast.acceptance;

import io.holdfast.s3.BucketServer;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints what sites cost: a full backup to one site and to two, to a directory and to a bucket, and
 * restores from each, the bucket also with 30 ms more for each request. No test, run by hand; each
 * round does all of it in turn, and medians are of the same run.
 */
final class SitesMeasurement {
  private static final int ROUNDS = Integer.getInteger("holdfast.rounds", 3);
  private static final int ROWS = Integer.getInteger("holdfast.rows", 2_500_000);
  private static final Duration FAR = Duration.ofMillis(30);

  @TempDir Path folder;
  private final Map<String, List<Double>> seconds = new LinkedHashMap<>();

  @Test
  void measure() throws Exception {
    try (BucketServer bucket = BucketServer.start();
        TestCluster source = TestCluster.of(PostgresMajor.newest()).start()) {
      source.sql(
          "CREATE TABLE load AS SELECT g AS id, md5(g::text) AS a, repeat(md5((g / 9)::text), 2) AS b"
              + " FROM generate_series(1, "
              + ROWS
              + ") g",
          "VACUUM (FREEZE, ANALYZE) load",
          "CHECKPOINT");
      System.out.println(
          "cluster: "
              + source.query("SELECT pg_size_pretty(sum(pg_database_size(oid))) FROM pg_database"));
      Scene scene = new Scene(folder, source);
      secret("access-key", BucketServer.KEY_ID);
      secret("secret-key", BucketServer.SECRET);
      for (int round = 0; round < ROUNDS; round++) {
        round(scene, source, bucket, round);
      }
    }
    print();
  }

  private void secret(String name, String text) throws IOException {
    Path file =
        Files.createFile(
            folder.resolve(name),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text + "\n");
  }

  private void round(Scene scene, TestCluster source, BucketServer bucket, int round)
      throws IOException {
    String one = "  path: one-" + round + "\n";
    String two =
        """
          sites:
            nas:
              path: nas-%d
            offsite:
              path: offsite-%d
        """
            .formatted(round, round);
    String s3 =
        """
          s3:
            bucket: %s
            prefix: round-%d
            endpoint: %s
            credentials:
              access-key-file: access-key
              secret-key-file: secret-key
        """
            .formatted(BucketServer.BUCKET, round, bucket.endpoint());
    backUp(scene, source, "full backup, one directory", one);
    restore(scene, "restore, directory");
    backUp(scene, source, "full backup, two directories", two);
    backUp(scene, source, "full backup, bucket", s3);
    restore(scene, "restore, bucket");
    bucket.gate().latency(FAR);
    restore(scene, "restore, bucket 30 ms away");
    waits(
        scene,
        bucket,
        "its start",
        "restore",
        "main",
        "--to",
        "nowhere",
        "--at",
        "immediate",
        "--dry-run");
    waits(scene, bucket, "status", "status");
    backUp(scene, source, "full backup, bucket 30 ms away", s3.replace("round-", "far-"));
    bucket.gate().forget();
    for (String name : List.of("one-", "nas-", "offsite-")) {
      delete(folder.resolve(name + round));
    }
  }

  private void backUp(Scene scene, TestCluster source, String what, String repository) {
    scene.configure("repository:\n" + repository, source);
    scene.succeed("init", "--non-interactive");
    timed(what, () -> scene.succeed("backup", "main", "--full"));
  }

  private void restore(Scene scene, String what) throws IOException {
    Path to = folder.resolve("restored");
    timed(what, () -> scene.succeed("restore", "main", "--to", to.toString(), "--at", "immediate"));
    delete(to);
  }

  /** How often the program waits for the store, which is a good deal less than it asks it. */
  private void waits(Scene scene, BucketServer bucket, String what, String... words) {
    bucket.gate().forget();
    bucket.gate().latency(FAR);
    timed(what + ", bucket 30 ms away", () -> scene.succeed(words));
    System.out.printf(
        "    %d requests, waited for %d times%n",
        bucket.gate().seen().size(), bucket.gate().oneAfterTheOther());
  }

  private void timed(String what, Runnable work) {
    long begun = System.nanoTime();
    work.run();
    double took = (System.nanoTime() - begun) / 1e9;
    System.out.printf("%-34s %6.2f s%n", what, took);
    seconds.computeIfAbsent(what, w -> new ArrayList<>()).add(took);
  }

  private void print() {
    System.out.println("medians of " + ROUNDS + ":");
    seconds.forEach((what, all) -> System.out.printf("%-34s %6.2f s%n", what, median(all)));
  }

  private static double median(List<Double> all) {
    List<Double> sorted = all.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
