package io.holdfast.operations.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.Progress;
import io.holdfast.vocabulary.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A repository, and ways to start receivers into it and to compare it with a server's pg_wal. */
final class ReceivingSite implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Path directory;
  private final InstantSource clock;
  private final Storage storage;
  private final Repository repository;
  private boolean aloud;
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

  private ReceivingSite(
      Path directory, InstantSource clock, Storage storage, Repository repository) {
    this.directory = directory;
    this.clock = clock;
    this.storage = storage;
    this.repository = repository;
  }

  /** An encrypted repository in a directory; made if it is not there. */
  static ReceivingSite in(Path directory) {
    return over(directory, Storages.local(directory.resolve("repository")));
  }

  static ReceivingSite over(Path directory, Storage storage) {
    return over(directory, storage, InstantSource.system());
  }

  static ReceivingSite over(Path directory, Storage storage, InstantSource clock) {
    KeySource keys =
        new KeySource.Keys(
            List.of(Secret.copyOf("correct horse".getBytes(StandardCharsets.UTF_8))), List.of());
    Repository repository =
        Repository.exists(storage)
            ? Repository.open(storage, keys, clock)
            : Repository.create(storage, keys, "test", clock);
    return new ReceivingSite(directory, clock, storage, repository);
  }

  /** Prints warnings too, for whoever watches this process. */
  ReceivingSite aloud() {
    aloud = true;
    return this;
  }

  ClusterArchive cluster() {
    return repository.cluster("shop");
  }

  Receiver receiver(TestCluster server) {
    return receiver(server.conninfo(), Duration.ofMillis(300));
  }

  Receiver receiver(String conninfo, Duration interval) {
    return Receiver.start(
        cluster(),
        ReceiverOptions.continuous(
            ConnectionSettings.parse(conninfo), "holdfast", spool(), interval),
        new Lines(),
        clock);
  }

  Receiver receiver(ReceiverOptions options) {
    return Receiver.start(cluster(), options, new Lines(), clock);
  }

  Path spool() {
    try {
      return Files.createDirectories(directory.resolve("spool"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What receivers said. */
  String said() {
    synchronized (lines) {
      return String.join("\n", lines);
    }
  }

  static Lsn flushed(TestCluster server) {
    return Lsn.parse(server.query("SELECT pg_current_wal_flush_lsn()"));
  }

  void awaitEverything(Receiver receiver, TestCluster server) {
    awaitDurable(receiver, flushed(server));
  }

  void awaitDurable(Receiver receiver, Lsn lsn) {
    try {
      assertThat(receiver.awaitDurable(lsn, PATIENCE))
          .as("durable up to %s; %s; said: %s", lsn, receiver.state(), said())
          .isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Compares every segment of a timeline that the server still has, from a place up to another,
   * with what the archive gives. Returns how many were compared.
   */
  static int compare(WalArchive archive, TestCluster server, int timeline, Lsn from, Lsn to) {
    int compared = 0;
    WalSegment last = WalSegment.holding(timeline, to.plus(-1), archive.segmentSize());
    for (WalSegment segment = WalSegment.holding(timeline, from, archive.segmentSize());
        segment.number() <= last.number();
        segment = segment.next()) {
      Path file = server.dataDirectory().resolve("pg_wal").resolve(segment.name());
      int valid = (int) Math.min(archive.segmentSize(), to.minus(segment.start()));
      ByteArrayOutputStream stored = new ByteArrayOutputStream();
      assertThat(archive.fetch(segment.name(), stored)).as(segment.name()).isPresent();
      assertThat(stored.size()).isEqualTo(archive.segmentSize());
      try {
        byte[] theirs = Files.readAllBytes(file);
        assertThat(Arrays.mismatch(theirs, 0, valid, stored.toByteArray(), 0, valid))
            .as("first byte that differs in " + segment)
            .isEqualTo(-1);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      compared++;
    }
    return compared;
  }

  @Override
  public void close() {
    repository.close();
    storage.close();
  }

  private final class Lines implements Progress {
    @Override
    public void begin(String task, long totalBytes) {}

    @Override
    public void advance(long bytes) {}

    @Override
    public void end() {}

    @Override
    public void note(String line) {
      lines.add(line);
    }

    @Override
    public void warn(String line) {
      lines.add("WARNING " + line);
      if (aloud) {
        System.out.println(line);
      }
    }
  }
}
