package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.ReplicationSession;
import io.holdfast.postgres.ReplicationSession.Slot;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalRemovedException;
import io.holdfast.postgres.WalStream;
import io.holdfast.postgres.WalStream.Message;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows a server through one connection after the other: reads the stream, has it cut and
 * shipped, tells the server what is durable. Used by one thread; {@link #stop} by any.
 */
final class Streamer {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final long FEEDBACK_NANOS = Duration.ofSeconds(10).toNanos();

  /** A stream that went on for so long works, though nothing came. */
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(10);

  /** How long the last part may take to become durable when we are asked to end. */
  private static final Duration FAREWELL = Duration.ofSeconds(20);

  private final WalArchive archive;
  private final ReceiverOptions options;
  private final Shipper shipper;
  private final Progress progress;
  private final Standing standing;
  private volatile boolean stopping;

  /** Where the next connection goes on; unknown before the first. */
  private @Nullable StartPosition resume;

  /** From where the server no longer had what we asked for. */
  private @Nullable Lsn removed;

  /** Whether it was seen to already if a hole that the archive has can be closed. */
  private boolean holeTried;

  /** Where WAL is asked for that only closes a hole. */
  private @Nullable StartPosition closing;

  /** Whether this receiver made the slot. */
  private boolean slotMade;

  private long lastFeedback = System.nanoTime();
  private Lsn acknowledged = new Lsn(0);

  Streamer(
      WalArchive archive,
      ReceiverOptions options,
      Shipper shipper,
      Progress progress,
      Standing standing) {
    this.archive = archive;
    this.options = options;
    this.shipper = shipper;
    this.progress = progress;
    this.standing = standing;
  }

  void stop() {
    stopping = true;
  }

  /** A connection that has not begun to stream. */
  record Ready(
      ReplicationSession session, ReplicationSession.Identity identity, int walSegmentSize) {}

  static Ready connect(ReceiverOptions options) {
    ReplicationSession session =
        ReplicationSession.connect(options.connection(), options.applicationName());
    try {
      return new Ready(session, session.identify(), session.walSegmentSize());
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /**
   * Streams until the connection ends or {@link #stop} is asked for; closes the session.
   *
   * @param works called once it is seen to: WAL became durable, or none was missing, or it went on
   *     for a while. That a stream begins proves nothing: a full spool ends it as soon as WAL
   *     comes.
   */
  void run(Ready ready, Runnable works) throws InterruptedException {
    try (ReplicationSession session = ready.session()) {
      requireSame(ready);
      TimelineHistory path = new Histories(archive).archive(session, ready.identity().timeline());
      warnIfLeftBehind(path);
      Slot slot = slot(session);
      Optional<StartPosition> position = Optional.of(position(path, slot, ready.identity()));
      while (position.isPresent() && !stopping) {
        position = follow(session, position.get(), works);
      }
    }
  }

  /** A primary that was replaced and came back goes on writing a timeline that others have left. */
  private void warnIfLeftBehind(TimelineHistory path) {
    if (resume == null) {
      archive
          .history(path.timeline() + 1)
          .flatMap(child -> child.endOf(path.timeline()))
          .ifPresent(end ->
              progress.warn(
                  "the archive has a timeline that left this server's timeline "
                      + Integer.toUnsignedString(path.timeline())
                      + " at "
                      + end
                      + ": if another server was promoted there, this one is an old primary"));
    }
  }

  private void requireSame(Ready ready) {
    if (ready.identity().systemIdentifier() != archive.systemIdentifier()
        || ready.walSegmentSize() != archive.segmentSize()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not go on receiving WAL: expected the server with system identifier "
              + Long.toUnsignedString(archive.systemIdentifier())
              + " and segments of "
              + archive.segmentSize()
              + " bytes, found "
              + Long.toUnsignedString(ready.identity().systemIdentifier())
              + " and "
              + ready.walSegmentSize(),
          "Another server answers at this address now.");
    }
  }

  /** The slot to stream with; made if missing, and made anew if the server has given it up. */
  Slot slot(ReplicationSession session) {
    Optional<Slot> slot = session.slot(options.slot());
    if (slot.filter(Streamer::keepsNothing).isPresent()) {
      progress.warn(
          "replication slot " + options.slot() + " holds no WAL (any more); making it anew");
      session.dropSlot(options.slot());
      slot = Optional.empty();
    }
    if (slot.isPresent()) {
      return slot.get();
    }
    Slot made = session.createSlot(options.slot(), options.temporarySlot());
    slotMade = true;
    return session.slot(options.slot()).orElse(made);
  }

  private static boolean keepsNothing(Slot slot) {
    return !slot.active() && (slot.lost() || slot.restart().isEmpty());
  }

  private StartPosition position(
      TimelineHistory path, Slot slot, ReplicationSession.Identity identity) {
    int size = archive.segmentSize();
    Lsn restart = slot.restart().orElse(identity.flushed());
    if (removed != null) {
      return afterGap(removed, path, restart, identity.flushed());
    }
    StartPosition known = resume;
    if (known != null && known.liesOn(path)) {
      return known.overlapping(path, restart, size);
    }
    if (options.start().isPresent() || options.temporarySlot()) {
      Lsn from = options.start().orElse(restart);
      return StartPosition.at(path.timelineAt(from), from, size);
    }
    return goOn(path, restart);
  }

  private StartPosition goOn(TimelineHistory path, Lsn restart) {
    int size = archive.segmentSize();
    List<WalRange> coverage = archive.coverage(path);
    warnIfAhead(coverage, restart);
    if (!holeTried) {
      holeTried = true;
      Optional<StartPosition> hole = StartPosition.hole(coverage, path, restart, size);
      if (hole.isPresent()) {
        closing = hole.get();
        return hole.get();
      }
    }
    return StartPosition.choose(coverage, path, restart, size).overlapping(path, restart, size);
  }

  /** Through a slot of ours alone nothing is confirmed that is not here. */
  private void warnIfAhead(List<WalRange> coverage, Lsn restart) {
    if (!slotMade && !coverage.isEmpty() && restart.isAfter(coverage.getLast().to())) {
      progress.warn(
          "replication slot "
              + options.slot()
              + " stands at "
              + restart
              + ", and WAL ends here at "
              + coverage.getLast().to()
              + ": it was made anew, or something else receives through it. If that is so, as for a"
              + " copy of this repository, give each a slot of its own, `wal: { slot: … }`: they"
              + " lose WAL to each other");
    }
  }

  private StartPosition afterGap(Lsn gone, TimelineHistory path, Lsn restart, Lsn flushed) {
    int size = archive.segmentSize();
    // What was gone may be a hole that the archive goes on behind: further than the slot keeps, or
    // less far.
    StartPosition next = StartPosition.choose(archive.coverage(path), path, restart, size);
    if (!next.lsn().isAfter(gone)) {
      next = StartPosition.at(path.timelineAt(restart), restart, size);
    }
    if (!next.lsn().isAfter(gone)) {
      next = StartPosition.at(path.timelineAt(flushed), flushed, size);
    }
    standing.skipped();
    progress.warn(
        "GAP in the WAL archive: the server no longer has WAL from "
            + gone
            + " on; going on at "
            + next.lsn()
            + ". Moments in between cannot be restored; take a backup now to start a new window. If"
            + " another site of the repository has that WAL, `holdfast sync SITE --from OTHER`"
            + " brings it here");
    removed = null;
    return next;
  }

  /**
   * Streams one timeline.
   *
   * @return where the next one goes on; empty if the stream ended for another reason
   */
  private Optional<StartPosition> follow(
      ReplicationSession session, StartPosition from, Runnable works) throws InterruptedException {
    resume = from;
    SegmentCutter cutter = new SegmentCutter(options.spool(), shipper, archive.segmentSize(), from);
    shipper.restartAt(from.lsn());
    acknowledged = from.lsn();
    Optional<Message.TimelineEnded> switched;
    boolean gone = false;
    boolean holeStays = false;
    try (WalStream stream =
        session.stream(Optional.of(options.slot()), from.lsn(), from.timeline())) {
      standing.streaming(from.timeline(), from.lsn());
      switched = receive(stream, cutter, new Proof(from.lsn(), works));
      if (stopping) {
        cutter.seal();
        var _ = shipper.awaitDrained(FAREWELL);
        acknowledge(stream, cutter);
      }
    } catch (WalRemovedException e) {
      if (options.temporarySlot()) {
        throw new LostWalException(from.lsn(), e);
      }
      if (from.equals(closing)) {
        holeStays = true;
        progress.warn(
            "a hole in the WAL archive stays, from "
                + from.lsn()
                + " on: the server no longer has that WAL. If another site of the repository has it,"
                + " `holdfast sync SITE --from OTHER` brings it here");
        return Optional.empty();
      }
      gone = true;
      throw e;
    } finally {
      StartPosition settled = settle(cutter, from);
      resume = holeStays ? null : settled;
      removed = gone ? settled.lsn() : removed;
      // An attempt that came to nothing, as at a slot in use, is still one to close the hole.
      closing = settled.equals(from) && !holeStays ? closing : null;
    }
    if (switched.isEmpty()) {
      return Optional.empty();
    }
    Message.TimelineEnded end = switched.get();
    progress.note(
        "timeline "
            + Integer.toUnsignedString(from.timeline())
            + " ended at "
            + end.nextStart()
            + "; going on with timeline "
            + Integer.toUnsignedString(end.next()));
    new Histories(archive).archive(session, end.next());
    return Optional.of(StartPosition.at(end.next(), end.nextStart(), archive.segmentSize()));
  }

  /** Everything received goes to the repository before anything else is received. */
  private StartPosition settle(SegmentCutter cutter, StartPosition from)
      throws InterruptedException {
    cutter.seal();
    while (!stopping && !shipper.awaitDrained(Duration.ofSeconds(1))) {
      shipper.check();
    }
    return StartPosition.at(from.timeline(), shipper.durable(), archive.segmentSize());
  }

  private Optional<Message.TimelineEnded> receive(
      WalStream stream, SegmentCutter cutter, Proof proof) throws InterruptedException {
    while (!stopping && !shipper.spoolLost()) {
      Optional<Message> message = stream.next(TICK);
      shipper.check();
      hangUpIfStalled();
      if (message.isEmpty()) {
        standing.quiet();
      } else {
        switch (message.get()) {
          case Message.Data data -> {
            standing.data(data.serverFlushed(), data.sent());
            cutter.write(
                data.start(),
                data.bytes(),
                data.offset(),
                data.length(),
                () -> whileWaiting(stream, cutter));
          }
          case Message.KeepAlive alive -> {
            standing.keepAlive(alive.serverFlushed(), alive.sent());
            proof.serverHas(alive.serverFlushed());
            hurry(alive.serverFlushed(), cutter);
          }
          case Message.TimelineEnded ended -> {
            return Optional.of(ended);
          }
          case Message.Ended ended -> {
            return Optional.empty();
          }
        }
      }
      feedback(stream, cutter);
      proof.durable(shipper.durable());
    }
    return Optional.empty();
  }

  /** Waits for what shows that receiving works, and says so once. */
  private static final class Proof {
    private final Lsn from;
    private final Runnable works;
    private final long began = System.nanoTime();
    private @Nullable Lsn wanted;
    private boolean said;

    Proof(Lsn from, Runnable works) {
      this.from = from;
      this.works = works;
    }

    void serverHas(Lsn flushed) {
      wanted = flushed;
    }

    void durable(Lsn durable) {
      if (!said
          && (durable.isAfter(from)
              || (wanted != null && !durable.isBefore(wanted))
              || System.nanoTime() - began >= LONG_ENOUGH.toNanos())) {
        said = true;
        works.run();
      }
    }
  }

  /**
   * A server that shuts down sends keep-alives and waits until we have confirmed everything
   * (WalSndDone in walsender.c): the part under way must not wait for its interval then.
   */
  private void hurry(Lsn serverFlushed, SegmentCutter cutter) {
    if (!serverFlushed.isAfter(cutter.received())) {
      shipper.want(cutter.received());
    }
  }

  private void whileWaiting(WalStream stream, SegmentCutter cutter) {
    shipper.check();
    hangUpIfStalled();
    acknowledge(stream, cutter);
  }

  /**
   * A server shuts down only when we have confirmed everything or are gone (WalSndDone,
   * walsender.c), and a repository in trouble is no reason to keep it from that: the slot keeps
   * what we cannot store. A temporary one would go with the connection.
   */
  private void hangUpIfStalled() {
    if (!options.temporarySlot() && shipper.stalled()) {
      standing.phase("waiting for the repository");
      throw new HoldfastException(
          ExitStatus.REPOSITORY_FAILED,
          "nothing can be stored, so the connection was ended; the server keeps WAL from "
              + shipper.durable()
              + " on in slot "
              + options.slot(),
          "Watch the space in its pg_wal until the repository works again.");
    }
  }

  private void feedback(WalStream stream, SegmentCutter cutter) {
    if (!shipper.durable().equals(acknowledged)
        || System.nanoTime() - lastFeedback >= FEEDBACK_NANOS) {
      acknowledge(stream, cutter);
    }
  }

  private void acknowledge(WalStream stream, SegmentCutter cutter) {
    Lsn durable = shipper.durable();
    stream.feedback(cutter.received(), durable);
    acknowledged = durable;
    lastFeedback = System.nanoTime();
    standing.reached(cutter.received(), durable);
  }

  /**
   * A temporary slot cannot have lost WAL that it kept: the server broke its word, or restarted.
   */
  static final class LostWalException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    LostWalException(Lsn from, WalRemovedException cause) {
      super(
          ExitStatus.SOURCE_FAILED,
          "could not go on receiving WAL from "
              + from
              + ": the server no longer has it, for the connection that kept it ended",
          "Start the backup again; a continuous receiver (`holdfast wal receive`) survives restarts"
              + " of the server.",
          cause);
    }
  }
}
