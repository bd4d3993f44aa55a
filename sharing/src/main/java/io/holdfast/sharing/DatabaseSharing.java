package io.holdfast.sharing;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.event.SchedulerListener.SchedulerEventType;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.holdfast.service.Sharing;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Offers are rows of a table, and db-scheduler decides whose they are: whoever picks a row keeps it
 * alive by heartbeats until its run has ended, and one whose heartbeats stop is picked anew. The
 * database may be away at any time, also from the beginning.
 */
public final class DatabaseSharing implements Sharing {
  private static final Duration POLL = Duration.ofSeconds(5);
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  /** A node that was not heard of for so many beats is dead; db-scheduler wants four at least. */
  private static final int MISSED_BEATS = 4;

  private static final Duration TRY_AGAIN = Duration.ofSeconds(10);
  private static final Duration ENDING = Duration.ofSeconds(3);

  private final Place place;
  private final InstantSource clock;
  private final Task<Void> task;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<CountDownLatch> held = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Consumer<Grant> grants;
  private volatile @Nullable Scheduler scheduler;
  private volatile @Nullable String trouble;

  /**
   * Where offers are made.
   *
   * @param database never answers later than in some seconds
   * @param description for messages
   * @param group nodes with another one share nothing with these: the repository's id
   * @param node names this one for people who look into the table
   * @param atOnce how much this node takes at once
   * @param rescued clusters by the system identifiers of their servers, which the database must not
   *     lie in
   */
  public record Place(
      DataSource database,
      String description,
      String group,
      String node,
      int atOnce,
      Map<Long, String> rescued) {
    public Place {
      rescued = Map.copyOf(rescued);
    }
  }

  private DatabaseSharing(Place place, InstantSource clock) {
    this.place = place;
    this.clock = clock;
    this.task =
        Tasks.custom("holdfast " + place.group(), Void.class)
            .onFailure((complete, operations) -> operations.remove())
            .onDeadExecutionRevive()
            .execute((instance, context) -> carryOut(instance));
  }

  /**
   * Nothing is asked before {@link #begin}.
   *
   * @throws HoldfastException (usage) if the database answers and lies in a server that is backed
   *     up here
   */
  public static DatabaseSharing at(Place place, InstantSource clock) {
    DatabaseSharing made = new DatabaseSharing(place, clock);
    made.trouble = made.prepare().orElse(null);
    return made;
  }

  /**
   * Why nodes could not share through a database.
   *
   * @param reached whether it answered
   */
  public record Unusable(boolean reached, String why) {}

  /**
   * Looks whether nodes could share through a database, and leaves it as it is; empty if they
   * could.
   *
   * @param description and rescued: as of a {@link Place}
   * @throws HoldfastException (usage) if it lies in a server that is backed up here
   */
  public static Optional<Unusable> tryOut(
      DataSource database, String description, Map<Long, String> rescued) {
    String attempt = "could not use the database that nodes share, " + description + ": ";
    try (Connection connection = database.getConnection()) {
      try {
        OfferTable.tryOut(connection, description, rescued);
        return Optional.empty();
      } catch (SQLException e) {
        return Optional.of(new Unusable(true, attempt + e.getMessage()));
      }
    } catch (SQLException e) {
      return Optional.of(new Unusable(false, attempt + e.getMessage()));
    }
  }

  @Override
  public void begin(Consumer<Grant> onGrant) {
    grants = onGrant;
    if (trouble == null) {
      start();
    }
    Thread.ofVirtual().name("sharing").start(this::mend);
  }

  /** What keeps it from being used. */
  private Optional<String> prepare() {
    try {
      OfferTable.prepare(place.database(), place.description(), place.rescued());
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(
          "could not use the database that nodes share, "
              + place.description()
              + ": "
              + e.getMessage());
    }
  }

  /** Also a table that is gone, as in a database that was made anew. */
  private void mend() {
    try {
      while (!closed.await(TRY_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        if (trouble == null) {
          continue;
        }
        Optional<String> met = prepared();
        if (met.isPresent()) {
          trouble = met.get();
        } else if (scheduler == null) {
          start();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Refused now, it stays unused, and that stays told. */
  private Optional<String> prepared() {
    try {
      return prepare();
    } catch (HoldfastException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private synchronized void start() {
    if (closed.getCount() == 0) {
      return;
    }
    Scheduler made =
        Scheduler.create(place.database(), task)
            .tableName(OfferTable.NAME)
            .schedulerName(new SchedulerName.Fixed(place.node()))
            .threads(place.atOnce())
            .pollingInterval(POLL)
            .heartbeatInterval(HEARTBEAT)
            .missedHeartbeatsLimit(MISSED_BEATS)
            .clock(clock::instant)
            .enableImmediateExecution()
            .shutdownMaxWait(ENDING)
            .addSchedulerListener(new Listening())
            .build();
    made.start();
    scheduler = made;
    trouble = null;
  }

  private final class Listening extends AbstractSchedulerListener {
    @Override
    public void onSchedulerEvent(SchedulerEventType type) {
      switch (type) {
        case RAN_EXECUTE_DUE -> trouble = null;
        case UNEXPECTED_ERROR -> lost("it no longer answers");
        default -> {}
      }
    }
  }

  private void lost(String why) {
    trouble = "could not use the database that nodes share, " + place.description() + ": " + why;
  }

  /** Holds the row, and a place of this node, until what it offers has ended. */
  private CompletionHandler<Void> carryOut(TaskInstance<Void> row) {
    Consumer<Grant> to = grants;
    Optional<Offer> offer = OfferName.parse(row.getId());
    if (to != null && offer.isPresent()) {
      CountDownLatch settled = new CountDownLatch(1);
      held.add(settled);
      to.accept(new Grant(offer.get(), settled::countDown));
      try {
        settled.await();
      } catch (InterruptedException e) {
        // The row must go all the same, which an interrupted thread could not see to.
      } finally {
        held.remove(settled);
      }
    }
    return new CompletionHandler.OnCompleteRemove<>();
  }

  @Override
  public boolean offer(Offer offer) {
    Scheduler with = scheduler;
    if (with == null || trouble != null) {
      return false;
    }
    try {
      with.scheduleIfNotExists(task.instance(OfferName.of(offer)), clock.instant());
      return true;
    } catch (RuntimeException e) {
      if (e instanceof HoldfastException met && met.status() == ExitStatus.INTERRUPTED) {
        throw e;
      }
      lost(cause(e));
      return false;
    }
  }

  private static String cause(Throwable met) {
    Throwable deepest = met;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return String.valueOf(deepest.getMessage());
  }

  @Override
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  @Override
  public void close() {
    closed.countDown();
    Scheduler with;
    synchronized (this) {
      with = scheduler;
      scheduler = null;
    }
    held.forEach(CountDownLatch::countDown);
    if (with != null) {
      with.stop();
    }
  }
}
