package io.holdfast.service;

import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Pauses;
import io.holdfast.operations.runs.Runs;
import io.holdfast.repository.Repository;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What 'holdfast serve' is: runs what is due, and keeps WAL coming. It knows nothing that a new
 * host with the same configuration would not know too, so it can be killed at any time.
 */
public final class Service implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ChildJobs jobs;
  private final Agenda agenda;
  private final Map<String, ReceiverKeeper> receivers = new LinkedHashMap<>();
  private final Optional<Sharing> sharing;
  private final ServiceEvents events;
  private final InstantSource clock;
  private final Semaphore signal = new Semaphore(0);
  private final Thread thread;
  private volatile Map<JobName, String> underWay = Map.of();
  private volatile Instant stepped;
  private volatile boolean stopping;
  private volatile @Nullable RuntimeException failure;

  /**
   * @param program the words in front of "schedule run" that start this program
   * @param version of it
   * @param atOnce how many jobs run at once
   * @param receivers by cluster
   * @param sharing with other nodes, beyond leases; closed with the service
   */
  public record Parts(
      Repository repository,
      List<Job> jobs,
      int atOnce,
      Map<String, Receiving.Start> receivers,
      Optional<Sharing> sharing,
      List<String> program,
      String host,
      String version) {}

  private Service(Parts parts, ServiceEvents events, InstantSource clock) {
    this.events = events;
    this.clock = clock;
    this.stepped = clock.instant();
    this.sharing = parts.sharing();
    this.jobs = new ChildJobs(parts.program(), events, clock);
    this.agenda =
        new Agenda(
            parts.jobs(),
            new Runs(parts.repository()),
            new Pauses(parts.repository()),
            jobs,
            parts.atOnce(),
            events,
            clock,
            new Author(parts.host(), parts.version()),
            sharing,
            this::wake);
    parts
        .receivers()
        .forEach(
            (cluster, start) -> receivers.put(cluster, new ReceiverKeeper(cluster, start, events)));
    this.thread = Thread.ofPlatform().name("agenda").daemon().unstarted(this::run);
  }

  /** Does nothing before {@link #begin}: what can still refuse does so first. */
  public static Service of(Parts parts, ServiceEvents events, InstantSource clock) {
    return new Service(parts, events, clock);
  }

  /** Once; nothing that is away now keeps it from beginning. */
  public void begin() {
    stepped = clock.instant();
    receivers.values().forEach(ReceiverKeeper::start);
    sharing.ifPresent(shared -> shared.begin(agenda::granted));
    thread.start();
  }

  private void run() {
    try {
      while (!stopping) {
        Instant next = agenda.step();
        underWay = agenda.underWay();
        stepped = clock.instant();
        await(next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (HoldfastException e) {
      if (e.status() != ExitStatus.INTERRUPTED) {
        failure = e;
      }
    } catch (RuntimeException e) {
      failure = e;
      events.trouble(
          Matter.ofAll("service.agenda", "agenda"),
          "broke off by a fault of Holdfast itself: " + e);
    }
  }

  private void await(Instant next) throws InterruptedException {
    long millis = Duration.between(clock.instant(), next).toMillis();
    if (signal.tryAcquire(Math.max(0, millis), TimeUnit.MILLISECONDS)) {
      signal.drainPermits();
    }
  }

  private void wake() {
    signal.release();
  }

  /** Makes it look at records and pauses anew, soon. Any thread. */
  public void lookAgain() {
    agenda.lookAgain();
    wake();
  }

  /**
   * Has a job run here as soon as there is room for it, whether or not it is due or paused. Any
   * thread.
   *
   * @return the id that its run will have; empty if it runs here already, or is about to
   */
  public Optional<String> run(JobName job) {
    return underWay.containsKey(job) ? Optional.empty() : agenda.want(job);
  }

  /** The jobs that run here now, by the id of their run. */
  public Map<JobName, String> underWay() {
    return underWay;
  }

  public Map<String, ReceiverStanding> receivers() {
    Map<String, ReceiverStanding> standings = new LinkedHashMap<>();
    receivers.forEach((cluster, keeper) -> standings.put(cluster, keeper.standing()));
    return standings;
  }

  /** When it last looked for what is due: long ago means that it hangs. */
  public Instant stepped() {
    return stepped;
  }

  /**
   * Waits until it ends.
   *
   * @throws RuntimeException what ended it, if that was a fault
   */
  public void join() throws InterruptedException {
    thread.join();
    RuntimeException met = failure;
    if (met != null) {
      throw met;
    }
  }

  /**
   * Ends everything: jobs give their leases back and are begun again by whoever comes next,
   * receivers ship what they have.
   */
  @Override
  public void close() {
    stopping = true;
    wake();
    jobs.stop();
    receivers.values().forEach(ReceiverKeeper::stop);
    boolean interrupted = Thread.interrupted();
    try {
      jobs.awaitEnd(PATIENCE);
      if (thread.isAlive()) {
        thread.join(PATIENCE);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    sharing.ifPresent(Sharing::close);
    receivers.values().forEach(ReceiverKeeper::close);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
