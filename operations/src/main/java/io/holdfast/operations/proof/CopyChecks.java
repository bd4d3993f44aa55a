package io.holdfast.operations.proof;

import static io.holdfast.operations.proof.FindingCode.HEAP_CORRUPT;
import static io.holdfast.operations.proof.FindingCode.INDEX_CORRUPT;
import static io.holdfast.operations.proof.FindingCode.ROWS_LOST;
import static io.holdfast.operations.proof.FindingCode.VISIBILITY_STALE;

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
 * Whether a running copy is sound, database by database: every B-tree against its table, and each
 * table against one, every row, every visibility map, by PostgreSQL's own extensions. What lacks an
 * extension is a gap.
 */
final class CopyChecks {
  private final ConnectionSettings connection;
  private final int jobs;
  private final Ledger ledger;
  private final Progress progress;
  private final AtomicLong heaps = new AtomicLong();
  private final AtomicLong btrees = new AtomicLong();
  private final AtomicLong gins = new AtomicLong();
  private final AtomicLong counted = new AtomicLong();

  CopyChecks(ConnectionSettings connection, int jobs, Ledger ledger, Progress progress) {
    this.connection = connection;
    this.jobs = jobs;
    this.ledger = ledger;
    this.progress = progress;
  }

  /** What was established. */
  String run(List<DatabaseFacts> databases) {
    try (CopySession session = CopySession.connect(connection)) {
      session
          .missingRoles()
          .forEach(each -> ledger.finding(FindingCode.ROLE_MISSING, "the cluster", each));
    }
    databases.forEach(this::check);
    return String.format(
        Locale.ROOT,
        "%,d tables with their visibility maps and %,d B-tree%s indexes checked in %d databases,"
            + " %,d tables have the rows that an index leads to",
        heaps.get(),
        btrees.get(),
        gins.get() == 0 ? "" : String.format(Locale.ROOT, " and %,d GIN", gins.get()),
        databases.size(),
        counted.get());
  }

  /** A database that cannot be entered is damaged only if the server says so. */
  private void check(DatabaseFacts database) {
    try {
      looked(database);
    } catch (PostgresException e) {
      if (e.saysDamage()) {
        ledger.finding(
            e.saysUnreadableFile() ? FindingCode.FILE_UNREADABLE : HEAP_CORRUPT,
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
        session.heaps().forEach(heap -> tasks.add(new Task(heap, this::heap, HEAP_CORRUPT)));
        session.btrees().forEach(index -> tasks.add(new Task(index, this::btree, INDEX_CORRUPT)));
        session.gins().forEach(index -> tasks.add(new Task(index, this::gin, INDEX_CORRUPT)));
      }
      if (provided(session, database, "pg_visibility")) {
        session
            .heaps()
            .forEach(
                heap -> tasks.add(new Task(heap, CopySession::checkVisibility, VISIBILITY_STALE)));
      }
      session.indexed().forEach(table -> tasks.add(new Task(table, this::rows, ROWS_LOST)));
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

  private interface Check {
    Checked of(CopySession session, Relation relation);
  }

  /**
   * @param code of what is found, unless the check says that it is about something else
   */
  private record Task(Relation relation, Check check, FindingCode code) {}

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
        Checked checked = task.check().of(session, task.relation());
        if (checked.total() > 0 || checked.unable().isPresent()) {
          bad.add(new Done(task, checked));
        }
      }
    }
    return bad;
  }

  private Checked heap(CopySession session, Relation table) {
    heaps.incrementAndGet();
    return session.checkHeap(table);
  }

  private Checked btree(CopySession session, Relation index) {
    btrees.incrementAndGet();
    return session.checkBtree(index);
  }

  private Checked gin(CopySession session, Relation index) {
    gins.incrementAndGet();
    return session.checkGin(index);
  }

  /** What is left out is not claimed. */
  private Checked rows(CopySession session, Relation table) {
    Optional<Checked> checked = session.checkRows(table);
    checked.ifPresent(done -> counted.incrementAndGet());
    return checked.orElse(Checked.FINE);
  }

  private void write(Done done, String database) {
    String subject = done.task().relation().name() + " in database " + database;
    done.checked().unable().ifPresent(why -> ledger.gap(subject + " could not be checked: " + why));
    if (done.checked().total() > 0) {
      long more = done.checked().total() - done.checked().faults().size();
      ledger.finding(
          code(done),
          subject,
          String.join("; ", done.checked().faults()) + (more > 0 ? "; and " + more + " more" : ""));
    }
  }

  private static FindingCode code(Done done) {
    return switch (done.checked().about()) {
      case WHAT_WAS_ASKED -> done.task().code();
      case A_FILE -> FindingCode.FILE_UNREADABLE;
      case ITS_TABLE -> HEAP_CORRUPT;
      case ITS_INDEX -> INDEX_CORRUPT;
    };
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
