package io.holdfast.operations.dumping;

import io.holdfast.operations.logical.BlockList;
import io.holdfast.operations.logical.FiguresJson;
import io.holdfast.operations.logical.LogicalDetails.DumpedDatabase;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.postgres.BlockScanner;
import io.holdfast.postgres.ClientPrograms;
import io.holdfast.postgres.ClientPrograms.Program;
import io.holdfast.postgres.ClientRun;
import io.holdfast.postgres.DatabaseFigures;
import io.holdfast.postgres.DatabaseFigures.Kind;
import io.holdfast.postgres.DumpBlock;
import io.holdfast.postgres.DumpContents;
import io.holdfast.postgres.MomentSession;
import io.holdfast.postgres.MomentSession.Moment;
import io.holdfast.postgres.PostgresException;
import io.holdfast.repository.BackupWriter;
import io.holdfast.storage.RateLimit;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One database: pg_dump writes into the repository, while our own session counts in the same
 * snapshot what must come out. May be ended by another thread.
 */
final class DatabaseDump {
  /** What all dumps of a backup go by. */
  record Rules(
      LogicalRequest request,
      ClientPrograms clients,
      String application,
      BackupWriter writer,
      Parents parents,
      InOrder order,
      RateLimit limit,
      Progress progress,
      Consumer<String> notes) {}

  /** A database with the session that holds its moment. */
  record Held(int number, MomentSession session, Moment moment) {}

  /** What our own session sees of the snapshot. */
  private record Counted(DatabaseFigures figures, DumpContents contents) {}

  private final Rules rules;
  private final Held held;
  private volatile @Nullable ClientRun run;
  private volatile boolean ended;

  DatabaseDump(Rules rules, Held held) {
    this.rules = rules;
    this.held = held;
  }

  private String name() {
    return held.session().database();
  }

  /** Ends what is under way, here and on the server. */
  void end() {
    ended = true;
    ClientRun running = run;
    if (running != null) {
      running.close();
    }
    held.session().close();
  }

  /**
   * @throws HoldfastException (source) if any part of it failed, with the part that failed first
   */
  DumpedDatabase dump() {
    long began = System.nanoTime();
    CompletableFuture<Counted> figures = new CompletableFuture<>();
    Thread counting = null;
    try (ClientRun pgDump = start()) {
      run = pgDump;
      counting = count(figures, pgDump);
      return store(pgDump, figures, began);
    } catch (HoldfastException e) {
      throw figures.isCompletedExceptionally() ? first(figures, e) : e;
    } finally {
      held.session().close();
      join(counting);
    }
  }

  /** When counting fails the dump is ended, and then that fails too. */
  private static HoldfastException first(
      CompletableFuture<Counted> figures, HoldfastException then) {
    Throwable cause = figures.exceptionNow();
    return cause instanceof HoldfastException known ? known : then;
  }

  private static void join(@Nullable Thread thread) {
    boolean interrupted = false;
    while (thread != null && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private ClientRun start() {
    if (ended) {
      throw new PostgresException("the dump of another database failed meanwhile", null, null);
    }
    LogicalRequest request = rules.request();
    return rules
        .clients()
        .start(
            Program.PG_DUMP,
            List.of(
                "--format=custom",
                "--compress=0",
                "--no-password",
                "--snapshot=" + held.session().export(),
                "--lock-wait-timeout=" + request.lockTimeout().toMillis()),
            request
                .connection()
                .with("dbname", name())
                .with("application_name", rules.application()),
            request.stallTimeout());
  }

  private Thread count(CompletableFuture<Counted> figures, ClientRun pgDump) {
    return Thread.ofPlatform()
        .name("figures-" + held.number())
        .daemon()
        .start(() -> {
          try {
            // What is quick comes first: it cannot fail when all the rows were read.
            DumpContents contents = held.session().contents();
            figures.complete(
                new Counted(held.session().figures(rules.request().checksums()), contents));
          } catch (Throwable e) {
            figures.completeExceptionally(e);
            pgDump.close();
          }
        });
  }

  private DumpedDatabase store(ClientRun pgDump, CompletableFuture<Counted> counted, long began) {
    BlockScanner scanner = BlockScanner.create();
    try (OpenEarlier earlier = rules.parents().open(name(), rules.progress());
        ChunkQueue queue = new ChunkQueue(rules.writer().openSink(), "store-" + held.number())) {
      ArchiveStore archive =
          new ArchiveStore(
              held.number(),
              name(),
              held.moment().at(),
              rules.writer().cutter(),
              earlier.archive(),
              queue,
              file -> rules.order().add(held.number(), file));
      archive.readAll(
          pgDump.output(),
          (bytes, offset, length) -> {
            scanner.feed(bytes, offset, length);
            rules.progress().advance(length);
            pace(length);
          });
      pgDump.await();
      pgDump.said().forEach(line -> rules.notes().accept(name() + ": " + line));
      List<DumpBlock> blocks = scanner.finish();
      Counted expected = ChunkQueue.await(counted);
      DatabaseFigures figures = expected.figures();
      RowComparison.require(figures, blocks);
      ContentComparison.require(figures, expected.contents(), scanner.contents());
      noteUnsummed(figures);
      archive.endArchive();
      finish(archive, blocks, figures, queue);
      return summary(archive, figures, millisSince(began));
    } catch (IOException e) {
      throw new PostgresException(
          "could not read what pg_dump writes of database " + name() + ": " + e.getMessage(),
          null,
          e);
    }
  }

  /** Rows of more than 1 GB cannot be. */
  private void noteUnsummed(DatabaseFigures figures) {
    if (rules.request().checksums()) {
      figures.tables().stream()
          .filter(table -> table.kind() == Kind.TABLE && table.checksum().isEmpty())
          .forEach(table ->
              rules
                  .notes()
                  .accept(
                      name()
                          + ": no checksum of "
                          + table.qualified()
                          + ", whose rows are too large for one: its rows are counted only"));
    }
  }

  private void pace(int length) {
    try {
      rules.limit().take(length);
    } catch (InterruptedException e) {
      throw ChunkQueue.interrupted(e);
    }
  }

  private void finish(
      ArchiveStore archive, List<DumpBlock> blocks, DatabaseFigures figures, ChunkQueue queue)
      throws IOException {
    Gathering gathering = new Gathering(queue);
    FileUnderWay blockFile = new FileUnderWay();
    BlockList.write(blocks, new ChunkedOutput(gathering, blockFile));
    FileUnderWay figureFile = new FileUnderWay();
    FiguresJson.write(figures, new ChunkedOutput(gathering, figureFile));
    gathering.flush();
    int number = held.number();
    InOrder order = rules.order();
    order.add(number, blockFile.finish(LogicalFiles.blocks(number), held.moment().at(), Map.of()));
    order.add(
        number, figureFile.finish(LogicalFiles.figures(number), held.moment().at(), Map.of()));
    archive.storePieces();
    queue.finish();
    order.finish(number);
  }

  /** As it is kept. */
  static Duration millisSince(long nanoTime) {
    return Duration.ofMillis((System.nanoTime() - nanoTime) / 1_000_000);
  }

  private DumpedDatabase summary(ArchiveStore archive, DatabaseFigures figures, Duration took) {
    return new DumpedDatabase(
        held.number(),
        name(),
        archive.length(),
        archive.fresh(),
        figures.tables().stream().filter(table -> table.kind() == Kind.TABLE).count(),
        figures.rows(),
        figures.largeObjects(),
        took);
  }
}
