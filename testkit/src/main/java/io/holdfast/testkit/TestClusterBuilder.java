package io.holdfast.testkit;

import io.holdfast.embedded.ClusterOptions;
import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.ServerAccount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** How a {@link TestCluster} is to be. */
public final class TestClusterBuilder {
  private final PostgresMajor major;
  private PostgresBinaries binaries;
  private final Map<String, String> settings = new TreeMap<>();
  private ClusterOptions options = ClusterOptions.defaults();
  private String directoryName = "data";

  TestClusterBuilder(PostgresMajor major) {
    this.major = major;
    this.binaries = major.binaries();
    // Small and quick. A killed server loses nothing without fsync, only a killed machine does.
    setting("fsync", "off");
    setting("shared_buffers", "32MB");
    setting("max_wal_size", "256MB");
    setting("log_line_prefix", "%m [%p] %b ");
  }

  public TestClusterBuilder checksums(boolean on) {
    options = options.withChecksums(on);
    return this;
  }

  public TestClusterBuilder walSegmentMegabytes(int size) {
    options = options.withWalSegmentMegabytes(size);
    return this;
  }

  public TestClusterBuilder icu() {
    options = options.withIcu(true);
    return this;
  }

  /** Connections by TCP must give this password then (scram-sha-256); those by socket need none. */
  public TestClusterBuilder password(String secret) {
    options = options.withPassword(secret);
    return this;
  }

  /**
   * Takes other programs of that version than the ones out of the jar, such as an installed one.
   */
  public TestClusterBuilder binaries(PostgresBinaries others) {
    binaries = others;
    return this;
  }

  /** Goes into postgresql.conf. */
  public TestClusterBuilder setting(String name, String value) {
    settings.put(name, value);
    return this;
  }

  /** The last name of the data directory's path, for tests of odd names. */
  public TestClusterBuilder directoryName(String name) {
    directoryName = name;
    return this;
  }

  /** Makes the cluster, with a system identifier of its own, and starts it. */
  public TestCluster start() {
    TestCluster cluster = create();
    cluster.start();
    return cluster;
  }

  /** Makes the cluster and leaves it stopped. */
  public TestCluster create() {
    Path home = ServerAccount.current().newTemporaryDirectory("hf");
    Path data = home.resolve(directoryName);
    try {
      ClusterTemplates.copy(binaries, options, data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    EmbeddedPostgres server = EmbeddedPostgres.over(binaries, data, home.resolve("log"));
    TestCluster cluster = new TestCluster(major, server, home, options.password());
    settings.forEach(cluster::configure);
    return cluster;
  }
}
