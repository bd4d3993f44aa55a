package io.holdfast.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.notifications.Message.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Once per incident, whatever happens: restarts, two nodes, flapping, a store that is away. */
final class NotifierTest {
  private Rhythm rhythm = Rhythm.USUAL;
  private Duration storePatience = Duration.ofSeconds(60);

  private final OwnClock clock = new OwnClock();
  private final MemoryStore store = new MemoryStore();
  private final Inmost ops = new Inmost("ops");

  /** A channel that keeps what it is given, or fails as it was told. */
  private static final class Inmost implements Channel {
    private final String name;
    private final List<Message> arrived = new ArrayList<>();
    private @Nullable RuntimeException failure;

    Inmost(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String kind() {
      return "memory";
    }

    @Override
    public synchronized Receipt send(Message message) {
      if (failure != null) {
        throw failure;
      }
      arrived.add(message);
      notifyAll();
      return Receipt.of("ok");
    }

    synchronized void failing(@Nullable RuntimeException with) {
      failure = with;
    }

    synchronized List<Kind> kinds() {
      return arrived.stream().map(Message::kind).toList();
    }

    synchronized Message last() {
      return arrived.getLast();
    }
  }

  private Notifier node() {
    return node(Route.everything(ops));
  }

  private Notifier node(Route... routes) {
    return new Notifier("db1", "repo-1", List.of(routes), rhythm, store, clock, storePatience);
  }

  private static Problem problem(String key, Severity severity) {
    return Problem.of("main", key, severity, "it is " + key);
  }

  /** Until nothing more happens at this moment. */
  private static void run(Notifier... nodes) {
    for (int turn = 0; turn < 3; turn++) {
      for (Notifier node : nodes) {
        node.round();
        while (node.deliver()) {
          // The next one.
        }
      }
    }
  }

  private void pass(Duration span, Notifier... nodes) {
    Instant end = clock.instant().plus(span);
    while (clock.instant().isBefore(end)) {
      clock.pass(Duration.ofMinutes(1));
      run(nodes);
    }
  }

  @Test
  void anIncidentIsToldOnceHoweverOftenItIsSeenAndThenItsEnd() {
    Notifier node = node();
    for (int look = 0; look < 30; look++) {
      node.raise(problem("backup.late", Severity.ERROR));
      pass(Duration.ofMinutes(1), node);
    }
    assertThat(ops.kinds()).containsExactly(Kind.OPENED);

    node.clear("main", "backup.late");
    pass(Duration.ofMinutes(30), node);
    assertThat(ops.kinds()).containsExactly(Kind.OPENED, Kind.RECOVERED);
    assertThat(ops.last().since()).isEqualTo(Instant.parse("2026-11-27T03:01:00Z"));
  }

  /** As it is with a run that another process has made. */
  @Test
  void whatIsFoundWellIsOverUnlessItWasSeenSince() {
    Notifier one = node();
    Notifier other = node();
    other.watch(Set.of("main"));
    Instant before = clock.instant();
    one.raise(problem("run.nightly", Severity.ERROR));
    pass(Duration.ofMinutes(20), one, other);
    other.well("main", "run.nightly", before);
    pass(Duration.ofMinutes(20), one, other);
    assertThat(ops.kinds()).containsExactly(Kind.OPENED);

    other.well("main", "run.nightly", clock.instant());
    other.well("main", "run.other", clock.instant());
    pass(Duration.ofMinutes(20), one, other);

    assertThat(ops.kinds()).containsExactly(Kind.OPENED, Kind.RECOVERED);
  }

  @Test
  void nobodyIsToldTheEndOfWhatNeverWas() {
    Notifier node = node();
    node.clear("main", "backup.late");
    pass(Duration.ofHours(1), node);

    assertThat(ops.kinds()).isEmpty();
  }

  @Test
  void whatNobodyMendsIsSaidAgainOnceADay() {
    Notifier node = node();
    node.raise(problem("backup.late", Severity.ERROR));
    pass(Duration.ofHours(23), node);
    assertThat(ops.kinds()).containsExactly(Kind.OPENED);
    pass(Duration.ofHours(50), node);

    assertThat(ops.kinds())
        .containsExactly(Kind.OPENED, Kind.STILL_OPEN, Kind.STILL_OPEN, Kind.STILL_OPEN);
  }

  @Test
  void whatGrowsWorseIsSaidAgainAlsoToThoseWhoWantOnlyTheWorst() {
    Inmost pager = new Inmost("pager");
    Notifier node =
        node(Route.everything(ops), new Route(pager, Set.of(Severity.CRITICAL), Set.of("main")));
    node.raise(problem("space", Severity.WARNING));
    run(node);
    assertThat(pager.kinds()).isEmpty();
    node.raise(problem("space", Severity.CRITICAL));
    node.raise(Problem.of("other", "space", Severity.CRITICAL, "of another cluster"));
    run(node);
    node.raise(problem("space", Severity.WARNING));
    run(node);
    node.clear("main", "space");
    pass(Duration.ofMinutes(10), node);

    assertThat(pager.kinds()).containsExactly(Kind.WORSE, Kind.RECOVERED);
    assertThat(ops.kinds()).containsExactly(Kind.OPENED, Kind.WORSE, Kind.OPENED, Kind.RECOVERED);
  }

  @Test
  void whatComesBackWithinMinutesWasNeverAway() {
    Notifier node = node();
    for (int flap = 0; flap < 200; flap++) {
      node.raise(problem("wal.stuck", Severity.ERROR));
      pass(Duration.ofMinutes(2), node);
      node.clear("main", "wal.stuck");
      pass(Duration.ofMinutes(2), node);
    }
    assertThat(ops.kinds()).containsExactly(Kind.OPENED);
    pass(Duration.ofMinutes(10), node);

    assertThat(ops.kinds()).containsExactly(Kind.OPENED, Kind.RECOVERED);
    assertThat(ops.last().returns()).isEqualTo(199);
  }

  @Test
  void whatFlapsSlowlySoonBecomesOneLongIncident() {
    Notifier node = node();
    for (int flap = 0; flap < 72; flap++) {
      node.raise(problem("wal.stuck", Severity.ERROR));
      pass(Duration.ofMinutes(5), node);
      node.clear("main", "wal.stuck");
      pass(Duration.ofMinutes(15), node);
    }

    // Two for each of the first two times; from then on 15 minutes are not long enough to be well.
    assertThat(ops.kinds())
        .containsExactly(Kind.OPENED, Kind.RECOVERED, Kind.OPENED, Kind.RECOVERED, Kind.OPENED);
    pass(Duration.ofHours(26), node);
    node.raise(problem("wal.stuck", Severity.ERROR));
    pass(Duration.ofMinutes(1), node);
    assertThat(ops.last().kind()).isEqualTo(Kind.OPENED);
  }

  @Test
  void aRestartRepeatsNothingAndForgetsNothing() {
    Notifier before = node();
    before.raise(problem("backup.late", Severity.ERROR));
    before.raise(problem("space", Severity.ERROR));
    run(before);
    Notifier after = node();
    after.watch(Set.of("main"));
    after.raise(problem("backup.late", Severity.ERROR));
    pass(Duration.ofMinutes(20), after);
    assertThat(ops.kinds()).containsExactly(Kind.OPENED, Kind.OPENED);

    after.clear("main", "space");
    pass(Duration.ofMinutes(20), after);
    assertThat(ops.last().problem().key()).isEqualTo("space");
    pass(Duration.ofHours(24), after);
    assertThat(ops.kinds())
        .containsExactly(Kind.OPENED, Kind.OPENED, Kind.RECOVERED, Kind.STILL_OPEN);
  }

  @Test
  void twoNodesTellOnceBetweenThem() {
    Notifier one = node();
    Notifier two = node();
    for (int look = 0; look < 60; look++) {
      one.raise(problem("backup.late", Severity.ERROR));
      two.raise(problem("backup.late", Severity.ERROR));
      two.present("main", "gate.", List.of(problem("gate.age", Severity.ERROR)));
      one.present("main", "gate.", List.of(problem("gate.age", Severity.ERROR)));
      pass(Duration.ofMinutes(1), one, two);
    }
    assertThat(ops.kinds()).containsExactly(Kind.OPENED, Kind.OPENED);

    two.clear("main", "backup.late");
    one.present("main", "gate.", List.of());
    two.present("main", "gate.", List.of());
    pass(Duration.ofHours(1), one, two);
    assertThat(ops.kinds())
        .containsExactly(Kind.OPENED, Kind.OPENED, Kind.RECOVERED, Kind.RECOVERED);
  }

  @Test
  void whatADeadNodeDidNotGetOutIsToldByAnother() {
    ops.failing(DeliveryException.passing("no way out", ""));
    Notifier dead = node();
    dead.raise(problem("backup.late", Severity.ERROR));
    run(dead);
    ops.failing(null);
    Notifier alive = node();
    alive.watch(Set.of("main"));
    pass(Duration.ofMinutes(4), alive);
    assertThat(ops.kinds()).isEmpty();
    pass(Duration.ofMinutes(3), alive);

    assertThat(ops.kinds()).containsExactly(Kind.OPENED);
    pass(Duration.ofHours(2), alive);
    assertThat(ops.kinds()).containsExactly(Kind.OPENED);
  }

  @Test
  void aNodeThatIsStillTryingIsLeftToIt() {
    Notifier slow = node();
    Notifier other = node();
    other.watch(Set.of("main"));
    slow.raise(problem("backup.late", Severity.ERROR));
    ops.failing(DeliveryException.passing("no way out", ""));
    pass(Duration.ofHours(1), slow, other);
    ops.failing(null);
    pass(Duration.ofHours(1), slow, other);

    assertThat(ops.kinds()).containsExactly(Kind.OPENED);
  }

  @Test
  void whatCannotBeNotedIsToldAllTheSame() {
    store.away(true);
    Notifier node = node();
    node.raise(problem("disk.full", Severity.CRITICAL));
    pass(Duration.ofMinutes(30), node);

    assertThat(ops.kinds()).containsExactly(Kind.OPENED);
    assertThat(node.storeTrouble()).get().asString().contains("no space left on device");
    store.away(false);
    pass(Duration.ofMinutes(6), node);
    assertThat(node.storeTrouble()).isEmpty();
    Notifier after = node();
    after.raise(problem("disk.full", Severity.CRITICAL));
    pass(Duration.ofMinutes(10), after);
    assertThat(ops.kinds()).containsExactly(Kind.OPENED);
  }

  @Test
  void aStoreThatHangsHoldsUpNobody() {
    CountDownLatch until = new CountDownLatch(1);
    store.hangs(until);
    storePatience = Duration.ofMillis(100);
    Notifier node = node();
    node.raise(problem("disk.full", Severity.CRITICAL));
    run(node);

    assertThat(ops.kinds()).containsExactly(Kind.OPENED);
    assertThat(node.storeTrouble()).get().asString().contains("could not note");
    until.countDown();
  }

  @Test
  void aDamagedStoreIsBegunAnewAndOneOfANewerProgramIsLeft() {
    store.put("main", "{broken".getBytes(StandardCharsets.UTF_8));
    Notifier node = node();
    node.raise(problem("backup.late", Severity.ERROR));
    run(node);
    assertThat(store.read("main").orElseThrow()).asString().contains("\"version\":1");

    byte[] newer = "{\"version\": 2}".getBytes(StandardCharsets.UTF_8);
    store.put("other", newer);
    node.raise(Problem.of("other", "backup.late", Severity.ERROR, "it is late"));
    run(node);
    assertThat(store.read("other")).contains(newer);
    assertThat(ops.kinds()).containsExactly(Kind.OPENED, Kind.OPENED);
    assertThat(node.storeTrouble()).get().asString().contains("a newer Holdfast wrote it");
  }

  @Test
  void whatIsFoundAgainAndAgainCostsTheStoreNothing() {
    Notifier node = node();
    for (int look = 0; look < 9; look++) {
      node.present("main", "gate.", List.of(problem("gate.age", Severity.ERROR)));
      pass(Duration.ofMinutes(1), node);
    }

    // Opened, and told.
    assertThat(store.writes()).isEqualTo(2);
  }

  @Test
  void aChannelThatDoesNotWorkIsToldByTheOthers() {
    Inmost broken = new Inmost("broken");
    broken.failing(DeliveryException.hopeless("could not tell: no such hook", "Make one."));
    Notifier node = node(Route.everything(broken), Route.everything(ops));
    node.raise(problem("backup.late", Severity.ERROR));
    pass(Duration.ofMinutes(10), node);

    assertThat(ops.kinds()).containsExactly(Kind.OPENED, Kind.OPENED);
    assertThat(ops.last().problem().title()).contains("'broken' do not arrive");
    assertThat(ops.last().problem().text()).contains("no such hook");
    ChannelState state = node.channels().getFirst();
    assertThat(state.failingSince()).contains(Instant.parse("2026-11-27T03:01:00Z"));
    assertThat(state.waiting()).isEqualTo(1);
    assertThat(state.trouble()).contains("HINT: Make one.");

    broken.failing(null);
    pass(Duration.ofMinutes(30), node);
    assertThat(broken.kinds()).containsExactly(Kind.OPENED);
    assertThat(ops.last().kind()).isEqualTo(Kind.RECOVERED);
    assertThat(node.channels().getFirst().failingSince()).isEmpty();
  }

  @Test
  void whatRefusesOneMessageForGoodGetsTheOthers() {
    Notifier node = node();
    ops.failing(DeliveryException.hopeless("this one not", ""));
    node.raise(problem("one", Severity.ERROR));
    run(node);
    ops.failing(null);
    node.raise(problem("two", Severity.ERROR));
    run(node);

    assertThat(ops.last().problem().key()).isEqualTo("two");
    pass(Duration.ofMinutes(16), node);
    assertThat(ops.last().problem().key()).isEqualTo("one");
  }

  @Test
  void afterEachFailureTheNextTryIsLater() {
    int[] tries = new int[1];
    Route counting =
        Route.everything(
            new Channel() {
              @Override
              public String name() {
                return "counting";
              }

              @Override
              public String kind() {
                return "memory";
              }

              @Override
              public Receipt send(Message message) {
                tries[0]++;
                throw DeliveryException.passing("not now", "");
              }
            });
    rhythm = rhythm.remindingAfter(Duration.ZERO);
    Notifier node = node(counting);
    node.raise(problem("one", Severity.ERROR));
    pass(Duration.ofHours(4), node);

    assertThat(tries[0]).isBetween(15, 25);
    pass(Duration.ofHours(21), node);
    assertThat(node.channels().getFirst().lost()).isEqualTo(1);
    // That the channel does not work is told by the others, and there are none.
    assertThat(node.channels().getFirst().waiting()).isZero();
  }

  @Test
  void aReceiverIsNotAskedBeforeItWantsToBe() {
    Notifier node = node();
    ops.failing(DeliveryException.busy("slow down", Duration.ofMinutes(30)));
    node.raise(problem("one", Severity.ERROR));
    run(node);
    ops.failing(null);
    pass(Duration.ofMinutes(29), node);
    assertThat(ops.kinds()).isEmpty();
    pass(Duration.ofMinutes(2), node);

    assertThat(ops.kinds()).containsExactly(Kind.OPENED);
  }

  @Test
  void whatWaitsIsBoundedAndTheWorstIsKept() {
    Notifier node = node();
    ops.failing(DeliveryException.passing("no way out", ""));
    node.raise(problem("worst", Severity.CRITICAL));
    for (int number = 0; number < 1000; number++) {
      node.raise(problem("small-" + number, Severity.WARNING));
    }
    run(node);
    ChannelState state = node.channels().getFirst();
    assertThat(state.waiting()).isEqualTo(200);
    assertThat(state.lost()).isEqualTo(801);
    ops.failing(null);
    pass(Duration.ofMinutes(2), node);

    assertThat(ops.arrived).hasSize(200);
    assertThat(ops.arrived.getFirst().problem().key()).isEqualTo("worst");
    pass(Duration.ofMinutes(30), node);
    assertThat(ops.arrived).hasSize(200);
  }

  @Test
  void theInboxIsBoundedAndSaysWhatItLost() {
    Notifier node = node();
    for (int number = 0; number < Inbox.MOST + 7; number++) {
      node.raise(problem("p-" + number, Severity.WARNING));
      node.raise(problem("p-" + number, Severity.WARNING));
    }

    assertThat(node.lost()).isEqualTo(14);
  }

  @Test
  void whoNoticesIsNeverKeptWaitingAndThreadsEndWithTheNotifier() throws Exception {
    CountDownLatch until = new CountDownLatch(1);
    CountDownLatch sending = new CountDownLatch(1);
    Route stuck =
        Route.everything(
            new Channel() {
              @Override
              public String name() {
                return "stuck";
              }

              @Override
              public String kind() {
                return "memory";
              }

              @Override
              public Receipt send(Message message) {
                sending.countDown();
                try {
                  until.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                return Receipt.of("at last");
              }
            });
    Notifier node = node(stuck, Route.everything(ops));
    node.start();
    node.raise(problem("one", Severity.ERROR));
    assertThat(sending.await(30, TimeUnit.SECONDS)).isTrue();
    node.raise(problem("two", Severity.ERROR));
    synchronized (ops) {
      while (ops.arrived.size() < 2) {
        ops.wait(30_000);
      }
    }
    until.countDown();
    node.close();

    assertThat(node.channels()).extracting(ChannelState::delivered).containsExactly(2L, 2L);
    Notifier after = node();
    after.raise(problem("two", Severity.ERROR));
    run(after);
    assertThat(ops.kinds()).hasSize(2);
  }
}
