package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty thousand small tables come back, and take no more memory than one large one. */
final class ManyTablesTest {
  private static final int TABLES = 20_000;
  private static final long MOST_KILOBYTES = 256 << 10;

  @TempDir Path folder;

  @Test
  void manySmallTablesComeBackInBoundedMemory() throws Exception {
    try (TestCluster source =
        TestCluster.of(PostgresMajor.newest()).setting("autovacuum", "off").start()) {
      source.sql(
          "DO $$ BEGIN FOR i IN 1.."
              + TABLES
              + " LOOP EXECUTE format('CREATE TABLE s%s AS SELECT %s AS a', i, i);"
              + " IF i % 1000 = 0 THEN COMMIT; END IF; END LOOP; END $$");
      Scene scene = new Scene(folder, source);
      scene.succeed("init", "--non-interactive");

      assertThat(peak(scene.start("backup.log", "backup", "main"), "backup.log"))
          .isBetween(20_000L, MOST_KILOBYTES);
      Path copy = source.dataDirectory().resolveSibling("copy");
      Process restore = scene.start("restore.log", "restore", "main", "--to", "" + copy, "--start");
      assertThat(peak(restore, "restore.log")).isBetween(20_000L, MOST_KILOBYTES);
      stop(copy);

      try (TestCluster restored = TestCluster.over(PostgresMajor.newest(), copy)) {
        restored.start();
        assertThat(restored.query("SELECT count(*) FROM pg_class WHERE relname ~ '^s[0-9]+$'"))
            .isEqualTo("" + TABLES);
        assertThat(restored.query("SELECT (SELECT a FROM s1) + (SELECT a FROM s17777)"))
            .isEqualTo("17778");
      }
    }
  }

  /** The server that the restore has started, which came out of its recovery. */
  private static void stop(Path directory) throws Exception {
    long pid = Long.parseLong(Files.readAllLines(directory.resolve("postmaster.pid")).getFirst());
    ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
    assertThat(new ProcessBuilder("kill", "-INT", "" + pid).start().waitFor()).isZero();
    server.onExit().get(1, TimeUnit.MINUTES);
  }

  /** The most memory, in kilobytes, that the process ever had resident. It must succeed. */
  private long peak(Process process, String log) throws Exception {
    long most = 0;
    while (!process.waitFor(5, TimeUnit.MILLISECONDS)) {
      most = Math.max(most, highWater(process));
    }
    assertThat(process.exitValue()).as(Files.readString(folder.resolve(log))).isZero();
    return most;
  }

  private static long highWater(Process process) {
    try {
      return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0; // it has just ended
    }
  }
}
