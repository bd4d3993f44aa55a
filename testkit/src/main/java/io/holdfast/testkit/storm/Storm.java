package io.holdfast.testkit.storm;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.testkit.TemporaryFiles;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TestClusterBuilder;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * Does to a server everything that changes its files: all kinds of indexes, DDL, transactions in
 * two phases, databases, tablespaces, rewrites, truncation, and what is undone of all that. Workers
 * share no table, so no statement of theirs may fail. Which deeds are done follows from the seed;
 * how they interleave does not.
 */
public final class Storm implements AutoCloseable {
  private static final List<Deed> DEEDS =
      Stream.of(RowDeeds.all(), TableDeeds.all(), ClusterDeeds.all())
          .flatMap(List::stream)
          .toList();

  private final boolean places;
  private TestCluster cluster;
  private final SplittableRandom random;
  private final Path home = ServerAccount.current().newTemporaryDirectory("hfstorm");
  private final List<StormSession> sessions = new ArrayList<>();
  private final Map<String, Integer> done = new ConcurrentSkipListMap<>();

  private Storm(TestCluster cluster, long seed, boolean places) {
    this.cluster = cluster;
    this.places = places;
    this.random = new SplittableRandom(seed);
  }

  /** The settings that a server needs for it. Nothing works in the background unasked. */
  public static TestClusterBuilder settings(TestClusterBuilder builder) {
    return builder
        .setting("max_prepared_transactions", "20")
        .setting("allow_in_place_tablespaces", "on")
        .setting("autovacuum", "off")
        .setting("bgwriter_lru_maxpages", "0")
        .setting("checkpoint_timeout", "1h")
        .setting("max_wal_size", "2GB")
        .setting("shared_buffers", "64MB")
        .setting("deadlock_timeout", "10s");
  }

  /** Makes the tables, one set for each worker. */
  public static Storm over(TestCluster cluster, long seed, int workers) {
    return over(cluster, seed, workers, true);
  }

  /**
   * Likewise.
   *
   * @param places whether tablespaces may lie elsewhere; not if a standby shares this machine
   */
  public static Storm over(TestCluster cluster, long seed, int workers, boolean places) {
    Storm storm = new Storm(cluster, seed, places);
    try {
      storm.prepare(workers);
      return storm;
    } catch (SQLException e) {
      storm.close();
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private void prepare(int workers) throws SQLException {
    String linked = places ? StormSession.newPlace(home, "linked").toString() : "";
    cluster.sql(
        "CREATE EXTENSION bloom",
        "CREATE TABLESPACE linked LOCATION '" + linked + "'",
        "CREATE TABLESPACE inplace LOCATION ''");
    for (int worker = 0; worker < workers; worker++) {
      StormSession session =
          new StormSession(
              cluster, worker, places ? Optional.of(home) : Optional.empty(), random.split());
      cluster.sql("CREATE SCHEMA w" + worker);
      session.sql(StormTables.STATEMENTS);
      ClusterDeeds.createRoaming(session);
      sessions.add(session);
    }
  }

  /** Goes on over another server that took this one's place. */
  public void moveTo(TestCluster successor) {
    cluster = successor;
    sessions.forEach(session -> session.moveTo(successor));
  }

  /** Likewise over one that is as this one was before its first blow. */
  public void beginAgainOver(TestCluster successor) {
    moveTo(successor);
    sessions.forEach(StormSession::forget);
  }

  /** Every deed once by every worker, in random order and at once; the lonely ones after that. */
  public void blow() {
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    for (StormSession session : sessions) {
      threads.add(
          thread(
              session,
              failures,
              () -> {
                ClusterDeeds.endOpen(session);
                for (Deed deed : shuffled(session)) {
                  if (deed.when() != Deed.When.ALONE) {
                    perform(deed, session);
                  }
                }
              }));
    }
    join(threads, failures);
    alone();
  }

  private void alone() {
    StormSession session = sessions.get(random.nextInt(sessions.size()));
    try {
      for (Deed deed : DEEDS) {
        if (deed.when() == Deed.When.ALONE) {
          perform(deed, session);
        }
      }
      if (random.nextBoolean()) {
        ClusterDeeds.leaveOpen(session);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private static List<Deed> shuffled(StormSession session) {
    List<Deed> deeds = new ArrayList<>(DEEDS);
    Collections.shuffle(deeds, new Random(session.random().nextLong()));
    return deeds;
  }

  /** Deeds at random by all workers until it is told to stop: while a backup runs. */
  public Gust start() {
    return new Gust();
  }

  /** How often each deed was done. */
  public Map<String, Integer> done() {
    return done;
  }

  public static List<String> deeds() {
    return DEEDS.stream().map(Deed::name).toList();
  }

  private void perform(Deed deed, StormSession session) throws SQLException {
    try {
      deed.body().run(session);
    } catch (SQLException e) {
      throw new SQLException("storm: " + deed.name() + ": " + e.getMessage(), e.getSQLState(), e);
    }
    done.merge(deed.name(), 1, Integer::sum);
  }

  private interface Work {
    void run() throws SQLException;
  }

  private static Thread thread(StormSession session, List<Throwable> failures, Work work) {
    return Thread.ofPlatform()
        .name("storm-" + session.worker())
        .start(() -> {
          try {
            work.run();
          } catch (SQLException | RuntimeException | Error e) {
            failures.add(e);
          }
        });
  }

  private static void join(List<Thread> threads, List<Throwable> failures) {
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    if (!failures.isEmpty()) {
      throw new IllegalStateException(failures.getFirst().getMessage(), failures.getFirst());
    }
  }

  /** A storm that goes on in the background. */
  public final class Gust implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean over;

    private Gust() {
      List<Deed> deeds = DEEDS.stream().filter(d -> d.when() == Deed.When.ANY).toList();
      for (StormSession session : sessions) {
        threads.add(
            thread(
                session,
                failures,
                () -> {
                  while (!over) {
                    perform(session.oneOf(deeds), session);
                  }
                }));
      }
    }

    /** Ends it and fails if a deed did. */
    public void stop() {
      over = true;
      join(threads, failures);
    }

    /** Ends it, whether or not deeds failed: for servers that went down. */
    @Override
    public void close() {
      over = true;
      join(threads, List.of());
    }
  }

  @Override
  public void close() {
    TemporaryFiles.delete(home);
  }
}
