package io.holdfast.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * TPC-B-like load, as pgbench makes it: each transaction updates an account, a teller and a branch,
 * and writes a line of history. The sums of the three balances and of the history are always equal.
 */
public final class TpcbLoad implements AutoCloseable {
  /** Accounts per unit of scale; 1,000 of them take about 130 kB. */
  public static final int ACCOUNTS = 10_000;

  private final AtomicLong commits = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;
  private volatile @Nullable SQLException failure;

  private TpcbLoad() {}

  /** Creates and fills the tables. */
  public static void prepare(TestCluster cluster, int scale) {
    cluster.sql(
        "CREATE TABLE branches (bid int PRIMARY KEY, balance bigint NOT NULL, filler text)",
        "CREATE TABLE tellers (tid int PRIMARY KEY, bid int, balance bigint NOT NULL, filler text)",
        "CREATE TABLE accounts (aid int PRIMARY KEY, bid int, balance bigint NOT NULL, filler text)",
        "CREATE TABLE history (id bigint GENERATED ALWAYS AS IDENTITY, tid int, bid int, aid int,"
            + " delta int, at timestamptz DEFAULT now())",
        "INSERT INTO branches SELECT g, 0, '' FROM generate_series(1, " + scale + ") g",
        "INSERT INTO tellers SELECT g, (g - 1) / 10 + 1, 0, '' FROM generate_series(1, "
            + scale * 10
            + ") g",
        "INSERT INTO accounts SELECT g, (g - 1) / "
            + ACCOUNTS
            + " + 1, 0, repeat(md5(g::text), 3) FROM generate_series(1, "
            + scale * ACCOUNTS
            + ") g");
  }

  /** Starts threads that run transactions until {@link #stop}. The tables must be there. */
  public static TpcbLoad start(TestCluster cluster, int threadCount) {
    TpcbLoad load = new TpcbLoad();
    int scale = Integer.parseInt(cluster.query("SELECT count(*) FROM branches"));
    for (int i = 0; i < threadCount; i++) {
      SplittableRandom random = new SplittableRandom(i);
      Thread thread = new Thread(() -> load.run(cluster, scale, random), "load-" + i);
      load.threads.add(thread);
      thread.start();
    }
    return load;
  }

  /** Commits so far. */
  public long commits() {
    return commits.get();
  }

  /** Waits until so many more commits were made. */
  public void awaitCommits(long more) {
    long goal = commits() + more;
    while (commits() < goal) {
      if (threads.stream().noneMatch(Thread::isAlive)) {
        throw new IllegalStateException("the load ended", failure);
      }
      Thread.onSpinWait();
      try {
        Thread.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * Ends the load.
   *
   * @return transactions committed
   * @throws IllegalStateException if one failed
   */
  public long stop() {
    close();
    if (failure != null) {
      throw new IllegalStateException("the load failed", failure);
    }
    return commits();
  }

  /** Ends the load, whether or not it had failed: for servers that were meant to go down. */
  @Override
  public void close() {
    stopping = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  private void run(TestCluster cluster, int scale, SplittableRandom random) {
    try (Connection connection = cluster.connect()) {
      connection.setAutoCommit(false);
      try (PreparedStatement accounts =
              connection.prepareStatement(
                  "UPDATE accounts SET balance = balance + ? WHERE aid = ?");
          PreparedStatement tellers =
              connection.prepareStatement(
                  "UPDATE tellers SET balance = balance + ? WHERE tid = ?");
          PreparedStatement branches =
              connection.prepareStatement(
                  "UPDATE branches SET balance = balance + ? WHERE bid = ?");
          PreparedStatement history =
              connection.prepareStatement(
                  "INSERT INTO history (delta, aid, tid, bid) VALUES (?, ?, ?, ?)")) {
        while (!stopping) {
          int delta = random.nextInt(-5000, 5001);
          int account = random.nextInt(scale * ACCOUNTS) + 1;
          int teller = random.nextInt(scale * 10) + 1;
          int branch = (teller - 1) / 10 + 1;
          execute(accounts, delta, account);
          execute(tellers, delta, teller);
          execute(branches, delta, branch);
          execute(history, delta, account, teller, branch);
          connection.commit();
          commits.incrementAndGet();
        }
      }
    } catch (SQLException e) {
      failure = e;
    }
  }

  private static void execute(PreparedStatement statement, int... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setInt(i + 1, values[i]);
    }
    statement.executeUpdate();
  }
}
