package io.holdfast.acceptance;

import io.holdfast.testkit.TestCluster;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Commits a row every some milliseconds and remembers what the server acknowledged, and when. */
final class Beats implements AutoCloseable {
  private static final long PAUSE = 50;

  private final TestCluster cluster;
  private final List<Beat> acknowledged = new ArrayList<>();
  private final Thread thread = Thread.ofPlatform().name("beats").unstarted(this::run);
  private volatile boolean stopping;

  /**
   * One row.
   *
   * @param sent before it was committed
   * @param acknowledged after that
   */
  record Beat(long id, Instant sent, Instant acknowledged) {}

  private Beats(TestCluster cluster) {
    this.cluster = cluster;
  }

  static Beats start(TestCluster cluster) {
    cluster.sql("CREATE TABLE beats (id bigint PRIMARY KEY)");
    Beats beats = new Beats(cluster);
    beats.thread.start();
    return beats;
  }

  synchronized List<Beat> acknowledged() {
    return List.copyOf(acknowledged);
  }

  private void run() {
    long id = 0;
    while (!stopping) {
      try (Connection connection = cluster.connect();
          PreparedStatement insert = connection.prepareStatement("INSERT INTO beats VALUES (?)")) {
        while (!stopping) {
          id++;
          Instant sent = Instant.now();
          insert.setLong(1, id);
          insert.executeUpdate();
          add(new Beat(id, sent, Instant.now()));
          TimeUnit.MILLISECONDS.sleep(PAUSE);
        }
      } catch (SQLException e) {
        // The server is away; whether the last one was committed is not known.
        pause();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void add(Beat beat) {
    acknowledged.add(beat);
  }

  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
  }
}
