package io.holdfast.operations.wal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.holdfast.operations.changes.SummaryKeeper;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.WalSegment;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What it costs to keep change summaries while WAL is archived: processor time of the whole
 * process, medians of rounds that alternate with and without. No part of the build; run it with
 * {@code -Dtest=ChangeTrackingCost} (see benchmarks/README.md).
 */
class ChangeTrackingCost {
  private static final int ROUNDS = 7;
  private static final double SECONDS_PER_BYTE = 1.0 / (50 << 20);

  @TempDir private Path directory;

  private record Log(ControlFile control, List<WalSegment> segments, Path directory) {}

  @Test
  void ofSmallRecords() throws IOException {
    measure(
        "one-row updates",
        "DO $$ BEGIN FOR i IN 1 .. 600000 LOOP UPDATE a SET n = n + 1"
            + " WHERE id = 1 + (random() * 199999)::int; END LOOP; END $$");
  }

  @Test
  void ofBulkLoads() throws IOException {
    measure(
        "bulk load and index",
        "CREATE TABLE b AS SELECT g, md5(g::text) t FROM generate_series(1, 1500000) g",
        "CREATE INDEX ON b (t)");
  }

  private void measure(String name, String... load) throws IOException {
    try (TestCluster server =
        TestCluster.of(PostgresMajor.V18)
            .setting("wal_keep_size", "8GB")
            .setting("max_wal_size", "8GB")
            .setting("checkpoint_timeout", "1h")
            .start()) {
      server.sql(
          "CREATE TABLE a AS SELECT g id, 0 n FROM generate_series(1, 200000) g",
          "ALTER TABLE a ADD PRIMARY KEY (id)",
          "CHECKPOINT",
          "UPDATE a SET n = 1",
          "SELECT pg_switch_wal()");
      Lsn from = ReceivingSite.flushed(server);
      server.sql(load);
      server.stop();
      Log log = log(server, from);
      List<Double> without = new ArrayList<>();
      List<Double> with = new ArrayList<>();
      for (int round = -2; round < ROUNDS; round++) {
        double plain = seconds(log, round, false);
        double tracked = seconds(log, round, true);
        if (round >= 0) {
          without.add(plain);
          with.add(tracked);
        }
      }
      double bytes = (double) log.segments().size() * log.control().walSegmentSize();
      double plain = median(without) / (bytes * SECONDS_PER_BYTE);
      double tracked = median(with) / (bytes * SECONDS_PER_BYTE);
      System.out.printf(
          "%s, %d segments: archiving 50 MB/s of WAL takes %.1f %% of a core, with summaries %.1f"
              + " %%: %.1f %% more%n",
          name, log.segments().size(), 100 * plain, 100 * tracked, 100 * (tracked - plain));
      assertThat(tracked - plain).as("share of a core at 50 MB/s").isLessThan(0.10);
    }
  }

  private static Log log(TestCluster server, Lsn from) {
    ControlFile control = DataDirectory.open(server.dataDirectory()).control();
    List<WalSegment> segments = new ArrayList<>();
    WalSegment segment = WalSegment.holding(1, from, control.walSegmentSize());
    for (; !segment.end().isAfter(control.checkpoint()); segment = segment.next()) {
      segments.add(segment);
    }
    assertThat(segments).hasSizeGreaterThan(5);
    return new Log(control, segments, server.dataDirectory().resolve("pg_wal"));
  }

  private double seconds(Log log, int round, boolean tracked) throws IOException {
    Path place = Files.createDirectory(directory.resolve(round + (tracked ? "t" : "p")));
    try (ReceivingSite site = ReceivingSite.in(place)) {
      WalArchive archive =
          WalArchive.of(
              site.cluster(), log.control().systemIdentifier(), log.control().walSegmentSize());
      OperatingSystemMXBean process =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long before = process.getProcessCpuTime();
      if (tracked) {
        try (SummaryKeeper summaries = archive.keepSummaries(Progress.NONE)) {
          log.segments().forEach(each -> archive.put(each, file(log, each), summaries));
        }
      } else {
        log.segments().forEach(each -> archive.put(each, file(log, each)));
      }
      return (process.getProcessCpuTime() - before) / 1e9;
    } finally {
      Shim.deleteTree(place);
    }
  }

  private static Path file(Log log, WalSegment segment) {
    return log.directory().resolve(segment.name());
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
