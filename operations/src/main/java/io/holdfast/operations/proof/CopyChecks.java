package io.holdfast.operations.proof;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.CopySession;
import io.holdfast.postgres.CopySession.Checked;
import io.holdfast.postgres.CopySession.DatabaseFacts;
import io.holdfast.postgres.CopySession.Relation;
import io.holdfast.postgres.PostgresException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether a running copy is sound, database by database: every B-tree against its table, every row,
 * every visibility map, by PostgreSQL's own extensions. What lacks an extension is a gap.
 */
final class CopyChecks {
  private final ConnectionSettings connection;
  private final int jobs;
  private final Ledger ledger;
  private final Progress progress;
  private final AtomicLong heaps = new AtomicLong();
  private final AtomicLong btrees = new AtomicLong();

  CopyChecks(ConnectionSettings connection, int jobs, Ledger ledger, Progress progress) {
    this.connection = connection;
    this.jobs = jobs;
    this.ledger = ledger;
    this.progress = progress;
  }

  /** What was established. */
  String run(List<DatabaseFacts> databases) {
    databases.forEach(this::check);
    return String.format(
        Locale.ROOT,
        "%,d tables with their visibility maps and %,d B-tree indexes checked in %d databases",
        heaps.get(),
        btrees.get(),
        databases.size());
  }

  /** A database that cannot be entered is damaged only if the server says so. */
  private void check(DatabaseFacts database) {
    try {
      looked(database);
    } catch (PostgresException e) {
      if (e.saysDamage()) {
        ledger.finding(
            e.saysUnreadableFile() ? FindingCode.FILE_UNREADABLE : FindingCode.HEAP_CORRUPT,
            "database " + database.name(),
            String.valueOf(e.getMessage()));
      } else {
        ledger.gap("database " + database.name() + " could not be looked at: " + e.getMessage());
      }
    }
  }

  private void looked(DatabaseFacts database) {
    progress.begin("checking database " + database.name(), 0);
    if (database.collationDiffers()) {
      ledger.finding(
          FindingCode.COLLATION_DIFFERS,
          "database " + database.name(),
          "recorded version "
              + database.collationVersion()
              + ", this machine has "
              + database.providerVersion());
    }
    ConnectionSettings here = connection.with("dbname", database.name());
    List<Task> tasks = new ArrayList<>();
    try (CopySession session = CopySession.connect(here)) {
      session
          .driftedCollations()
          .forEach(each ->
              ledger.finding(
                  FindingCode.COLLATION_DIFFERS,
                  "a collation in database " + database.name(),
                  each));
      session
          .missingLibraries()
          .forEach(each ->
              ledger.gap(
                  "database "
                      + database.name()
                      + " needs a library that this machine does not have: "
                      + each));
      if (provided(session, database, "amcheck")) {
        session.heaps().forEach(heap -> tasks.add(new Task(heap, FindingCode.HEAP_CORRUPT)));
        session.btrees().forEach(index -> tasks.add(new Task(index, FindingCode.INDEX_CORRUPT)));
      }
      if (provided(session, database, "pg_visibility")) {
        session.heaps().forEach(heap -> tasks.add(new Task(heap, FindingCode.VISIBILITY_STALE)));
      }
    }
    runAll(tasks, here, database.name());
    progress.end();
  }

  private boolean provided(CopySession session, DatabaseFacts database, String extension) {
    Optional<String> why = session.provide(extension);
    why.ifPresent(text ->
        ledger.gap(
            "extension "
                + extension
                + " is not there for database "
                + database.name()
                + ", install PostgreSQL's contrib modules: "
                + text));
    return why.isEmpty();
  }

  private record Task(Relation relation, FindingCode code) {}

  private record Done(Task task, Checked checked) {}

  /** Each thread has a session of its own; what they find is written down here, in order. */
  private void runAll(List<Task> tasks, ConnectionSettings here, String database) {
    Queue<Task> waiting = new ConcurrentLinkedQueue<>(tasks);
    try (ExecutorService crew = Executors.newFixedThreadPool(jobs)) {
      List<Future<List<Done>>> running = new ArrayList<>();
      for (int i = 0; i < jobs; i++) {
        running.add(crew.submit(() -> work(waiting, here)));
      }
      for (Future<List<Done>> each : running) {
        await(each).forEach(done -> write(done, database));
      }
    }
  }

  private List<Done> work(Queue<Task> waiting, ConnectionSettings here) {
    List<Done> bad = new ArrayList<>();
    try (CopySession session = CopySession.connect(here)) {
      for (Task task = waiting.poll(); task != null; task = waiting.poll()) {
        Checked checked = run(session, task);
        if (checked.total() > 0 || checked.unable().isPresent()) {
          bad.add(new Done(task, checked));
        }
      }
    }
    return bad;
  }

  private Checked run(CopySession session, Task task) {
    return switch (task.code()) {
      case HEAP_CORRUPT -> {
        heaps.incrementAndGet();
        yield session.checkHeap(task.relation());
      }
      case INDEX_CORRUPT -> {
        btrees.incrementAndGet();
        yield session.checkBtree(task.relation());
      }
      default -> session.checkVisibility(task.relation());
    };
  }

  private void write(Done done, String database) {
    String subject = done.task().relation().name() + " in database " + database;
    done.checked().unable().ifPresent(why -> ledger.gap(subject + " could not be checked: " + why));
    if (done.checked().total() > 0) {
      long more = done.checked().total() - done.checked().faults().size();
      ledger.finding(
          done.checked().ofFiles() ? FindingCode.FILE_UNREADABLE : done.task().code(),
          subject,
          String.join("; ", done.checked().faults()) + (more > 0 ? "; and " + more + " more" : ""));
    }
  }

  private static List<Done> await(Future<List<Done>> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException(
          ExitStatus.INTERRUPTED, "could not finish the proof: interrupted", null, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
