package io.holdfast.operations.dumping;

import io.holdfast.operations.dumping.DatabaseDump.Held;
import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.DumpSource.Database;
import io.holdfast.postgres.MomentSession;
import io.holdfast.postgres.MomentSession.Moment;
import io.holdfast.postgres.ServerSession.Requirement;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A session in each database, that all see one moment, as nearly as that can be had: PostgreSQL has
 * no snapshot of several databases, but it counts transactions for all of them together, so when no
 * transaction ended between the first and the last of our snapshots they are one.
 */
final class Moments implements AutoCloseable {
  private static final int ATTEMPTS = 5;

  private final List<MomentSession> sessions = new ArrayList<>();
  private final List<Moment> moments = new ArrayList<>();

  private Moments() {}

  /** Connects to all of them. */
  static Moments connect(ConnectionSettings connection, List<Database> databases) {
    Moments made = new Moments();
    try {
      for (Database database : databases) {
        made.sessions.add(MomentSession.connect(connection.with("dbname", database.name())));
      }
      return made;
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /** Sees the present moment; again while other transactions come between. */
  void look() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      moments.clear();
      sessions.forEach(session -> moments.add(session.look()));
      if (same()) {
        return;
      }
    }
  }

  private boolean same() {
    return moments.stream().map(Moment::snapshot).distinct().count() == 1;
  }

  /**
   * @throws HoldfastException (source) with what is missing, if the role may not read everything
   */
  void requireReadable() {
    List<Requirement> missing =
        sessions.stream().flatMap(session -> session.unreadable().stream()).toList();
    if (!missing.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.SOURCE_FAILED,
          "could not take a logical backup: "
              + String.join("; ", missing.stream().map(Requirement::what).distinct().toList()),
          String.join(" ", missing.stream().map(Requirement::fix).distinct().toList())
              + " Or leave the database out with --exclude.");
    }
  }

  /** What dumps will lack without an error, in words. */
  List<String> invisible() {
    return sessions.stream().flatMap(session -> session.invisible().stream()).toList();
  }

  void lockTables(Duration patience) {
    sessions.forEach(session -> session.lockTables(patience));
  }

  LogicalDetails.Moment moment() {
    Instant first = moments.stream().map(Moment::at).min(Instant::compareTo).orElseThrow();
    Instant last = moments.stream().map(Moment::at).max(Instant::compareTo).orElseThrow();
    return new LogicalDetails.Moment(first, last, same());
  }

  /** Numbered from 1. */
  List<Held> held() {
    List<Held> held = new ArrayList<>();
    for (int i = 0; i < sessions.size(); i++) {
      held.add(new Held(i + 1, sessions.get(i), moments.get(i)));
    }
    return held;
  }

  @Override
  public void close() {
    sessions.forEach(MomentSession::close);
  }
}
