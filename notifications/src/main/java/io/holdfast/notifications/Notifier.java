package io.holdfast.notifications;

import io.holdfast.notifications.delivery.Courier;
import io.holdfast.notifications.delivery.Fate;
import io.holdfast.notifications.delivery.Outbox;
import io.holdfast.notifications.incident.Book;
import io.holdfast.notifications.incident.Delivery;
import io.holdfast.notifications.incident.Dispatch;
import io.holdfast.notifications.incident.Judge;
import io.holdfast.notifications.incident.Keeper;
import io.holdfast.notifications.incident.Observation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells people what is wrong: once for each incident, again after a while if nobody mends it, and
 * when it is over. Whoever notices something is never kept waiting and never gets an exception for
 * it; what is noticed is thought about, and sent, on threads of this class.
 *
 * <p>Several processes may do so for the same clusters over one store: one of them tells. If it
 * dies before a message arrives, another one sends it, at the latest some minutes after. Where the
 * store is out of reach each tells what it knows: rather twice than never. Thread-safe.
 */
public final class Notifier implements AutoCloseable {
  /** A channel that does not work for so long is an incident of its own, told by the others. */
  static final Duration CHANNEL_TROUBLE = Duration.ofMinutes(5);

  private static final Duration LOOK = Duration.ofSeconds(30);
  private static final Duration REFRESH = Duration.ofMinutes(5);
  private static final Duration STORE_PATIENCE = Duration.ofSeconds(60);
  private static final Duration TO_THE_END = Duration.ofSeconds(10);

  private final Judge.Sender sender;
  private final Map<String, Route> routes = new LinkedHashMap<>();
  private final Map<String, Outbox<Letter>> outboxes = new LinkedHashMap<>();
  private final Rhythm rhythm;
  private final Keeper keeper;
  private final InstantSource clock;
  private final Inbox inbox = new Inbox();
  private final Set<String> watched = ConcurrentHashMap.newKeySet();
  private final Map<String, Instant> looked = new HashMap<>();
  private final List<Courier> couriers = new ArrayList<>();
  private volatile boolean ending;
  private volatile String fault = "";
  private @Nullable Thread thread;

  /**
   * Starts nothing.
   *
   * @param origin where messages come from, for people: the host
   * @param scope keeps the incidents of different repositories apart where receivers join them
   */
  public Notifier(
      String origin,
      String scope,
      List<Route> routes,
      Rhythm rhythm,
      IncidentStore store,
      InstantSource clock) {
    this(origin, scope, routes, rhythm, store, clock, STORE_PATIENCE);
  }

  Notifier(
      String origin,
      String scope,
      List<Route> routes,
      Rhythm rhythm,
      IncidentStore store,
      InstantSource clock,
      Duration storePatience) {
    this.sender = new Judge.Sender(origin, scope, UUID.randomUUID().toString());
    this.rhythm = rhythm;
    this.keeper = new Keeper(store, storePatience);
    this.clock = clock;
    for (Route route : routes) {
      Channel channel = route.channel();
      this.routes.put(channel.name(), route);
      outboxes.put(
          channel.name(),
          new Outbox<>(
              channel.name(),
              channel.kind(),
              letter -> channel.send(letter.message()),
              clock,
              fateOn(channel.name())));
    }
  }

  private Fate<Letter> fateOn(String channel) {
    return new Fate<>() {
      @Override
      public void delivered(Letter letter) {
        settled(letter, channel, Delivery.State.DONE);
      }

      @Override
      public void lost(Letter letter) {
        settled(letter, channel, Delivery.State.LOST);
      }
    };
  }

  private void settled(Letter letter, String channel, Delivery.State state) {
    Message message = letter.message();
    Problem problem = message.problem();
    inbox.put(
        new Observation.Settled(
            problem.cluster(), problem.key(), channel, message.kind(), message.at(), state));
  }

  /** Something is wrong: told, unless it is known already. Returns at once and never throws. */
  public void raise(Problem problem) {
    inbox.put(new Observation.Raised(problem));
  }

  /**
   * It is not so any more. Does nothing if nobody said that it was. Returns at once, never throws.
   */
  public void clear(String cluster, String key) {
    inbox.put(new Observation.Cleared(cluster, key));
  }

  /**
   * It has been well since then, whoever did it: an incident that was seen before is over. To be
   * said again and again; that costs nothing while nothing changes.
   */
  public void well(String cluster, String key, Instant since) {
    inbox.put(new Observation.Well(cluster, key, since));
  }

  /**
   * All that is wrong in an area, as it was just found: what is known of it and not among these is
   * not so any more. To be said again and again; that costs nothing while nothing changes.
   *
   * @param area what the keys of these problems begin with
   */
  public void present(String cluster, String area, List<Problem> problems) {
    for (Problem problem : problems) {
      if (!problem.key().startsWith(area) || !problem.cluster().equals(cluster)) {
        throw new IllegalArgumentException(problem.key() + " is not in " + cluster + "/" + area);
      }
    }
    inbox.put(new Observation.Present(cluster, area, problems));
  }

  /**
   * Cares for incidents of these clusters that were opened before this process began, or by others:
   * reminders, recoveries, messages that did not arrive.
   */
  public void watch(Set<String> clusters) {
    watched.addAll(clusters);
  }

  /** How it stands with each channel. */
  public List<ChannelState> channels() {
    return outboxes.values().stream().map(Outbox::state).toList();
  }

  /**
   * What keeps it from being noted what was told, so that something may be told twice; empty if
   * nothing does.
   */
  public Optional<String> storeTrouble() {
    return Optional.of(fault.isEmpty() ? keeper.trouble() : fault)
        .filter(trouble -> !trouble.isEmpty());
  }

  /** What was noticed when there was no more room to think about it. */
  public long lost() {
    return inbox.lost();
  }

  /** Begins to think and to send. */
  public synchronized void start() {
    if (thread == null) {
      outboxes.forEach((name, outbox) -> couriers.add(Courier.of(name, outbox)));
      thread = Thread.ofVirtual().name("notify").start(this::run);
    }
  }

  private void run() {
    try {
      while (!ending) {
        thinkOnce();
        inbox.await(LOOK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A fault of ours in one matter must not silence all others for ever. */
  private void thinkOnce() {
    try {
      round();
      fault = "";
    } catch (RuntimeException e) {
      fault = "a fault in Holdfast itself: " + e;
    }
  }

  /** Thinks once about everything. */
  void round() {
    // Looked at before the inbox is emptied: what arrives meanwhile is then in one of the two.
    Map<String, Set<String>> atHand = atHand();
    watchChannels();
    Map<String, List<Observation>> heard =
        inbox.take().stream()
            .collect(
                Collectors.groupingBy(
                    Observation::cluster, LinkedHashMap::new, Collectors.toList()));
    Set<String> clusters = new LinkedHashSet<>(heard.keySet());
    clusters.addAll(watched);
    for (String cluster : clusters) {
      consider(cluster, heard.getOrDefault(cluster, List.of()), atHand);
    }
    watched.addAll(clusters);
  }

  private Map<String, Set<String>> atHand() {
    Map<String, Set<String>> atHand = new HashMap<>();
    outboxes.forEach((name, outbox) -> atHand.put(name, outbox.keys()));
    return atHand;
  }

  private void consider(String cluster, List<Observation> heard, Map<String, Set<String>> atHand) {
    Instant now = clock.instant();
    BiPredicate<String, String> waits =
        (channel, key) -> atHand.getOrDefault(channel, Set.of()).contains(Letter.key(cluster, key));
    boolean stale = !looked.getOrDefault(cluster, Instant.MIN).isAfter(now.minus(REFRESH));
    if (stale && isSettled(heard)) {
      keeper.refresh(cluster);
      looked.put(cluster, now);
    }
    if (isSettled(heard) && !changesAnything(cluster, heard, waits, now)) {
      return;
    }
    List<Dispatch> dispatches = keeper.change(cluster, book -> judge(book, heard, waits, now));
    looked.put(cluster, now);
    dispatches.forEach(this::send);
  }

  /** Whether nothing of it is lost if another process has just changed what we remember. */
  private static boolean isSettled(List<Observation> heard) {
    return heard.stream()
        .allMatch(each -> each instanceof Observation.Present || each instanceof Observation.Well);
  }

  private boolean changesAnything(
      String cluster, List<Observation> heard, BiPredicate<String, String> waits, Instant now) {
    Book known = keeper.known(cluster);
    Book after = known.copy();
    return !judge(after, heard, waits, now).isEmpty()
        || !after.equals(known)
        || keeper.isAhead(cluster);
  }

  private List<Dispatch> judge(
      Book book, List<Observation> heard, BiPredicate<String, String> waits, Instant now) {
    Judge judge = new Judge(book, rhythm, new Routes(), sender, now);
    heard.forEach(judge::hear);
    judge.tick(waits);
    return judge.dispatches();
  }

  private void send(Dispatch dispatch) {
    Outbox<Letter> outbox = outboxes.get(dispatch.channel());
    if (outbox != null) {
      outbox.put(new Letter(dispatch.message()));
    }
  }

  private final class Routes implements Judge.Routing {
    @Override
    public Set<String> of(Problem problem, Severity severity) {
      return routes.entrySet().stream()
          .filter(route -> route.getValue().takes(problem.cluster(), severity))
          .map(Map.Entry::getKey)
          .filter(channel -> !problem.key().equals(channelKey(channel)))
          .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    @Override
    public Set<String> all() {
      return routes.keySet();
    }
  }

  private String channelArea() {
    return "notify." + sender.origin() + ".";
  }

  private String channelKey(String channel) {
    return channelArea() + channel;
  }

  /** Who cannot be told by one channel is told by the others. */
  private void watchChannels() {
    Instant longAgo = clock.instant().minus(CHANNEL_TROUBLE);
    List<Problem> problems =
        channels().stream()
            .filter(state -> state.failingSince().filter(s -> !s.isAfter(longAgo)).isPresent())
            .map(this::problem)
            .toList();
    if (!problems.isEmpty() || keeper.known("").hasOpen(channelArea())) {
      inbox.put(new Observation.Present("", channelArea(), problems));
    }
  }

  private Problem problem(ChannelState state) {
    return new Problem(
        "",
        channelKey(state.channel()),
        Severity.ERROR,
        "Notifications by the channel '" + state.channel() + "' do not arrive",
        state.waiting() + " waiting, " + state.lost() + " given up. Last: " + state.trouble(),
        "Try it with: holdfast notify test " + state.channel(),
        "",
        "");
  }

  /** Sends one message by each channel that has one whose time has come. For tests. */
  boolean deliver() {
    boolean any = false;
    for (Outbox<Letter> outbox : outboxes.values()) {
      any |= outbox.attempt();
    }
    return any;
  }

  /** Thinks about what was said until now, and sends what can be sent within some seconds. */
  @Override
  public synchronized void close() {
    ending = true;
    Thread thinking = thread;
    if (thinking == null) {
      return;
    }
    try {
      // Not interrupted: what it is just noting would be told again after a restart.
      inbox.end();
      boolean ended = thinking.join(TO_THE_END);
      if (ended) {
        round();
      }
      couriers.parallelStream().forEach(Courier::close);
      if (ended) {
        round();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
