package io.holdfast.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Pauses;
import io.holdfast.operations.runs.Run;
import io.holdfast.operations.runs.RunEntry;
import io.holdfast.operations.runs.Runs;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Lease;
import io.holdfast.repository.Repository;
import io.holdfast.scheduling.Plan;
import io.holdfast.scheduling.Schedule;
import io.holdfast.scheduling.Turn;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ExitStatus;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgendaTest {
  private static final Instant START = Instant.parse("2026-11-26T12:00:00Z");
  private static final Instant DUE = Instant.parse("2026-11-27T02:00:00Z");

  private Instant now = START;
  private final InstantSource clock = () -> now;
  private boolean full;
  private final Repository repository =
      Repository.create(fillingUp(Storages.memory("agenda")), new KeySource.None(), "", clock);
  private final Runs runs = new Runs(repository);
  private final Pauses pauses = new Pauses(repository);
  private final MadeUpStarter starter = new MadeUpStarter();
  private Optional<Sharing> sharing = Optional.empty();
  private final Told told = new Told();

  @AfterEach
  void close() {
    repository.close();
  }

  /** Takes nothing in while it is full, and can be read all the same. */
  private Storage fillingUp(Storage store) {
    return (Storage)
        Proxy.newProxyInstance(
            Storage.class.getClassLoader(),
            new Class<?>[] {Storage.class},
            (proxy, method, given) -> {
              if (full && method.getName().equals("write")) {
                throw new StorageException("no space left", null, null);
              }
              try {
                return method.invoke(store, given);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Runs nothing; ends what was started when it is told to. */
  private final class MadeUpStarter implements JobStarter {
    private final List<Started> started = new ArrayList<>();

    private record Started(Job job, Turn.Now turn, String id, Consumer<Ended> onEnd) {}

    @Override
    public void start(Job job, Turn.Now turn, String id, Consumer<Ended> onEnd) {
      started.add(new Started(job, turn, id, onEnd));
    }

    @Override
    public void stop() {}

    private Started last() {
      return started.getLast();
    }

    /** As the command does: it records itself, then ends. */
    private void end(Started each, ExitStatus status) {
      runs.add(
          new Run(
              each.job().name(),
              each.turn().due(),
              now,
              now,
              each.turn().attempt(),
              each.turn().passedOver(),
              Outcome.of(status),
              status.code(),
              "",
              "",
              "",
              "",
              each.id()));
      die(each, status.code());
    }

    private void die(Started each, int status) {
      each.onEnd()
          .accept(new Ended(each.job(), each.turn(), each.id(), status, "said", now, now, false));
    }
  }

  private static final class Told implements ServiceEvents {
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Instant> well = new HashMap<>();

    @Override
    public void began(Job job, Turn.Now turn, String id) {
      lines.add("began " + job.name());
    }

    @Override
    public void ended(Job job, Run run) {
      lines.add(run.outcome().word() + " " + job.name());
    }

    @Override
    public void left(Job job, String id, String why) {
      lines.add("left " + job.name());
    }

    @Override
    public void said(JobName job, String id, String line) {}

    @Override
    public void trouble(Matter matter, String what) {
      lines.add("trouble");
    }

    @Override
    public void over(Matter matter) {
      lines.add("over");
    }

    @Override
    public void receiving(String cluster) {}

    @Override
    public void well(Matter matter, Instant since) {
      well.put(matter.key(), since);
    }

    @Override
    public void note(Matter matter, String what) {}
  }

  private static Job job(String schedule, String cluster, String when, Job.Lane lane) {
    return new Job(
        new JobName(schedule, Optional.of(cluster)),
        new Plan(
            schedule + "/" + cluster,
            Schedule.parse(when, ZoneOffset.UTC),
            Duration.ZERO,
            Optional.empty(),
            1,
            Duration.ofMinutes(10),
            List.of()),
        List.of("backup", cluster),
        Duration.ofHours(1),
        lane);
  }

  private static Job nightly(String cluster) {
    return job("nightly", cluster, "daily 02:00", Job.Lane.WRITING);
  }

  private Agenda agenda(int atOnce, Job... jobs) {
    return new Agenda(
        List.of(jobs),
        runs,
        pauses,
        starter,
        atOnce,
        told,
        clock,
        new Agenda.Author("db1", "holdfast test"),
        sharing,
        () -> {});
  }

  /** Steps whenever it wants to be stepped, until then. */
  private void until(Agenda agenda, Instant end) {
    while (now.isBefore(end)) {
      Instant next = agenda.step();
      assertThat(next).isAfter(now);
      now = next.isBefore(end) ? next : end;
    }
    agenda.step();
  }

  private Run recorded(Instant moment, int attempt, Outcome outcome) {
    return new Run(
        nightly("shop").name(),
        moment,
        moment,
        moment,
        attempt,
        0,
        outcome,
        0,
        "",
        "",
        "",
        "",
        Runs.newId());
  }

  /** A host whose clock was wrong has been here. */
  @Test
  void whatIsOfTheFutureStopsNothingAndIsTold() {
    Instant far = Instant.parse("2099-01-01T02:00:00Z");
    until(agenda(2, nightly("shop")), START.plusSeconds(60));
    runs.add(recorded(far, 1, Outcome.DONE));
    runs.add(recorded(far, 0, Outcome.SEEN));

    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, DUE);
    assertThat(starter.started).hasSize(1);
    starter.end(starter.last(), ExitStatus.DONE);
    until(agenda, DUE.plus(Duration.ofHours(20)));

    assertThat(starter.started).hasSize(1);
    assertThat(told.lines).containsOnlyOnce("trouble").doesNotContain("over");
    runs.flaws(nightly("shop").name(), now).forEach(runs::remove);
    until(agenda, DUE.plus(Duration.ofHours(21)));
    assertThat(told.lines).endsWith("over");
  }

  @Test
  void aJobOfWhichAllIsOfTheFutureBeginsWithItsNextTime() {
    runs.add(recorded(Instant.parse("2099-01-01T02:00:00Z"), 1, Outcome.DONE));

    until(agenda(2, nightly("shop")), DUE.minusSeconds(1));
    assertThat(starter.started).isEmpty();
    until(agenda(2, nightly("shop")), DUE);

    assertThat(starter.started).hasSize(1);
  }

  /** Clocks of nodes disagree a little: what another one has done early is done. */
  @Test
  void whatANodeHasDoneWhoseClockIsALittleFastIsDone() {
    until(agenda(2, nightly("shop")), DUE.minus(Duration.ofMinutes(5)));
    runs.add(recorded(DUE, 1, Outcome.DONE));

    until(agenda(2, nightly("shop")), DUE.plus(Duration.ofHours(1)));

    assertThat(starter.started).isEmpty();
    assertThat(told.lines).isEmpty();
  }

  @Test
  void aFailureThatIsSaidToHaveEndedInTheFutureIsTriedAgain() {
    until(agenda(2, nightly("shop")), DUE.minusSeconds(60));
    Run failed = recorded(DUE, 1, Outcome.FAILED);
    Instant far = Instant.parse("2099-01-01T02:00:00Z");
    runs.add(
        new Run(
            failed.job(), DUE, DUE, far, 1, 0, Outcome.FAILED, 6, "", "", "", "", Runs.newId()));

    until(agenda(2, nightly("shop")), DUE.plus(Duration.ofMinutes(11)));

    assertThat(starter.started).hasSize(1);
    assertThat(starter.last().turn().attempt()).isEqualTo(2);
  }

  @Test
  void aPauseThatNobodyUnderstandsHoldsAndIsTold() {
    byte[] senseless = "paused at 2099-01-01T00:00:00Z by somebody".getBytes(UTF_8);
    repository.objects("pauses").put("nightly/shop/1", senseless, 0, senseless.length, Map.of());

    until(agenda(2, nightly("shop")), DUE.plusSeconds(60));

    assertThat(starter.started).isEmpty();
    assertThat(told.lines).containsExactly("trouble");
  }

  @Test
  void aJobRunsWhenItIsDueAndOnce() {
    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, DUE.minusSeconds(1));
    assertThat(starter.started).isEmpty();

    until(agenda, DUE);
    assertThat(starter.started).hasSize(1);
    starter.end(starter.last(), ExitStatus.DONE);
    until(agenda, DUE.plus(Duration.ofHours(23)));

    assertThat(starter.started).hasSize(1);
    assertThat(told.lines).containsExactly("began nightly/shop", "done nightly/shop");
    until(agenda, DUE.plus(Duration.ofDays(1)));
    assertThat(starter.started).hasSize(2);
  }

  @Test
  void whatSomebodyWantsRunsAtOnceOnceAndByHand() {
    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, START.plusSeconds(60));
    JobName name = nightly("shop").name();
    pauses.pause(name, "somebody", now);

    Optional<String> id = agenda.want(name);
    assertThat(agenda.want(name)).as("asked for already").isEmpty();
    assertThat(agenda.want(new JobName("weekly", Optional.of("shop")))).isEmpty();
    agenda.step();

    assertThat(starter.started).hasSize(1);
    assertThat(starter.last().id()).isEqualTo(id.orElseThrow());
    assertThat(starter.last().turn()).isEqualTo(new Turn.Now(now, 0, 0));
    agenda.step();
    starter.end(starter.last(), ExitStatus.SOURCE_FAILED);
    until(agenda, now.plus(Duration.ofHours(1)));
    assertThat(starter.started).as("a failure by hand is not tried again").hasSize(1);
    assertThat(told.lines).containsExactly("began nightly/shop", "failed nightly/shop");
  }

  @Test
  void whatSomebodyWantsWaitsForItsPlace() {
    Agenda agenda =
        agenda(2, nightly("shop"), job("tidy", "shop", "daily 02:30", Job.Lane.WRITING));
    until(agenda, DUE);
    assertThat(starter.started).hasSize(1);
    MadeUpStarter.Started first = starter.last();

    assertThat(agenda.want(new JobName("tidy", Optional.of("shop")))).isPresent();
    agenda.step();
    assertThat(starter.started).as("the same cluster is being written to").hasSize(1);

    starter.end(first, ExitStatus.DONE);
    agenda.step();
    assertThat(starter.last().job().name().schedule()).isEqualTo("tidy");
  }

  @Test
  void aNewProcessKnowsWhatRan() {
    until(agenda(2, nightly("shop")), DUE);
    starter.end(starter.last(), ExitStatus.DONE);

    until(agenda(2, nightly("shop")), DUE.plus(Duration.ofHours(20)));

    assertThat(starter.started).hasSize(1);
  }

  @Test
  void whatWasDueWhileNothingRanIsMadeUpFor() {
    until(agenda(2, nightly("shop")), START.plusSeconds(60));
    now = DUE.plus(Duration.ofDays(2)).plusSeconds(5);

    until(agenda(2, nightly("shop")), now.plusSeconds(1));

    assertThat(starter.started).hasSize(1);
    assertThat(starter.last().turn()).isEqualTo(new Turn.Now(DUE.plus(Duration.ofDays(2)), 1, 2));
  }

  /** By 'schedule run', which is another process. */
  @Test
  void aSuccessByHandElsewhereIsToldAsWellAndAFailureIsNot() {
    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, DUE);
    starter.end(starter.last(), ExitStatus.NO);
    until(agenda, DUE.plus(Duration.ofHours(1)));
    assertThat(told.well).doesNotContainKey("run.nightly");

    runs.add(recorded(now, 0, Outcome.DONE));
    Instant mended = now;
    until(agenda, DUE.plus(Duration.ofHours(2)));
    assertThat(told.well).containsEntry("run.nightly", mended);

    told.well.clear();
    runs.add(recorded(now, 0, Outcome.FAILED));
    until(agenda, DUE.plus(Duration.ofHours(3)));
    assertThat(told.well).containsEntry("run.nightly", mended);

    told.well.clear();
    runs.add(recorded(now, 3, Outcome.FAILED));
    until(agenda, DUE.plus(Duration.ofHours(4)));
    assertThat(told.well).isEmpty();
  }

  @Test
  void aRunThatDiedIsRecordedAndTriedAgain() {
    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, DUE);
    starter.die(starter.last(), 137);
    until(agenda, DUE.plus(Duration.ofMinutes(9)));
    assertThat(starter.started).hasSize(1);
    assertThat(runs.of(new JobName("nightly", Optional.of("shop"))))
        .extracting(RunEntry::outcome)
        .contains(Outcome.FAILED);

    until(agenda, DUE.plus(Duration.ofMinutes(11)));
    assertThat(starter.started).hasSize(2);
    assertThat(starter.last().turn().attempt()).isEqualTo(2);
    starter.end(starter.last(), ExitStatus.SOURCE_FAILED);
    until(agenda, DUE.plus(Duration.ofHours(20)));

    assertThat(starter.started).hasSize(2);
  }

  /** The run fails, and so does every word about it: it is neither forgotten nor begun for ever. */
  @Test
  void whileTheStoreIsFullFailuresAreCountedAndRecordedLater() {
    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, DUE);
    full = true;
    starter.die(starter.last(), ExitStatus.REPOSITORY_FAILED.code());
    until(agenda, DUE.plus(Duration.ofMinutes(12)));
    assertThat(starter.started).hasSize(2);
    assertThat(starter.last().turn().attempt()).isEqualTo(2);
    starter.die(starter.last(), ExitStatus.REPOSITORY_FAILED.code());

    until(agenda, DUE.plus(Duration.ofHours(3)));
    assertThat(starter.started).as("two attempts, as with any failure").hasSize(2);
    assertThat(told.lines).containsOnlyOnce("trouble");

    full = false;
    until(agenda, DUE.plus(Duration.ofHours(4)));
    assertThat(runs.of(new JobName("nightly", Optional.of("shop"))).getLast())
        .satisfies(last -> {
          assertThat(last.outcome()).isEqualTo(Outcome.FAILED);
          assertThat(last.attempt()).isEqualTo(2);
        });
    assertThat(told.lines).contains("over");
    until(agenda, DUE.plus(Duration.ofHours(20)));
    assertThat(starter.started).hasSize(2);
  }

  @Test
  void aVerdictIsNoReasonToTryAgain() {
    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, DUE);
    starter.end(starter.last(), ExitStatus.NO);
    until(agenda, DUE.plus(Duration.ofHours(20)));

    assertThat(starter.started).hasSize(1);
    assertThat(told.lines).endsWith("no nightly/shop");
  }

  @Test
  void whatWasInterruptedBeginsAnew() {
    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, DUE);
    starter.end(starter.last(), ExitStatus.INTERRUPTED);

    until(agenda(2, nightly("shop")), DUE.plusSeconds(30));

    assertThat(starter.started).hasSize(2);
    assertThat(starter.last().turn().attempt()).isEqualTo(1);
  }

  @Test
  void whatAnotherNodeRunsIsLeftToIt() {
    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, DUE);
    starter.die(starter.last(), ExitStatus.LEASE_HELD.code());
    until(agenda, DUE.plusSeconds(30));
    assertThat(starter.started).hasSize(1);
    assertThat(told.lines).containsExactly("began nightly/shop", "left nightly/shop");

    // The other one has done it.
    starter.end(starter.started.getFirst(), ExitStatus.DONE);
    until(agenda, DUE.plus(Duration.ofHours(20)));

    assertThat(starter.started).hasSize(1);
    assertThat(told.lines).doesNotContain("failed nightly/shop");
  }

  @Test
  void onlySoManyRunAtOnceAndOfOneClusterOnlyOneWrites() {
    Agenda agenda =
        agenda(
            2,
            nightly("a"),
            job("weekly", "a", "daily 02:00", Job.Lane.WRITING),
            nightly("b"),
            nightly("c"));
    until(agenda, DUE);
    assertThat(starter.started)
        .extracting(each -> each.job().name().text())
        .containsExactly("nightly/a", "nightly/b");

    starter.end(starter.started.get(0), ExitStatus.DONE);
    until(agenda, DUE.plusSeconds(1));
    assertThat(starter.last().job().name().text()).isEqualTo("weekly/a");
    starter.end(starter.started.get(1), ExitStatus.DONE);
    until(agenda, DUE.plusSeconds(2));
    assertThat(starter.last().job().name().text()).isEqualTo("nightly/c");
  }

  @Test
  void aProofRunsBesideABackup() {
    Agenda agenda = agenda(2, nightly("a"), job("proof", "a", "daily 02:00", Job.Lane.READING));
    until(agenda, DUE);

    assertThat(starter.started).hasSize(2);
  }

  @Test
  void whatIsPausedWaitsAndGoesOn() {
    Agenda agenda = agenda(2, nightly("shop"));
    pauses.pause(new JobName("nightly", Optional.empty()), "somebody", now);
    until(agenda, DUE.plus(Duration.ofHours(1)));
    assertThat(starter.started).isEmpty();

    pauses.resume(new JobName("nightly", Optional.empty()));
    agenda.lookAgain();
    until(agenda, DUE.plus(Duration.ofHours(1)).plusSeconds(90));

    assertThat(starter.started).hasSize(1);
  }

  @Test
  void whatIsTooLateIsMissedAndToldOnce() {
    Plan plan = nightly("shop").plan();
    Job strict =
        new Job(
            nightly("shop").name(),
            new Plan(
                plan.name(),
                plan.schedule(),
                plan.jitter(),
                Optional.of(Duration.ofHours(1)),
                1,
                plan.retryAfter(),
                List.of()),
            List.of("backup", "shop"),
            Duration.ofHours(1),
            Job.Lane.WRITING);
    until(agenda(2, strict), START.plusSeconds(60));
    now = DUE.plus(Duration.ofHours(3));

    until(agenda(2, strict), now.plus(Duration.ofHours(2)));

    assertThat(starter.started).isEmpty();
    assertThat(told.lines).containsExactly("missed nightly/shop");
  }

  @Test
  void whileSomebodyHasTheLeaseNothingIsCalledMissed() {
    Job job = nightly("shop");
    until(agenda(2, job), START.plusSeconds(60));
    try (Lease held = runs.take(job.name())) {
      held.ensureHeld();
      until(agenda(2, job), DUE);
      starter.die(starter.last(), ExitStatus.LEASE_HELD.code());
      until(agenda(2, job), DUE.plusSeconds(40));
    }
    assertThat(told.lines).doesNotContain("missed nightly/shop");
  }

  /** A day of two hundred clusters: every job ran when due, and nothing is kept of it. */
  @Test
  void whatIsSharedIsStartedByTheNodeThatIsChosen() {
    MadeUpSharing choice = new MadeUpSharing();
    sharing = Optional.of(choice);
    Agenda agenda = agenda(1, nightly("a"));
    until(agenda, DUE.plusSeconds(30));
    assertThat(starter.started).isEmpty();
    assertThat(choice.offers).hasSize(1);

    choice.grant(agenda, choice.offers.getFirst());
    agenda.step();

    assertThat(starter.started).hasSize(1);
    assertThat(choice.settled).isEmpty();
    starter.end(starter.last(), ExitStatus.DONE);
    agenda.step();
    assertThat(choice.settled).containsExactly(choice.offers.getFirst());
    choice.grant(agenda, choice.offers.getFirst());
    agenda.step();
    assertThat(starter.started).as("done meanwhile").hasSize(1);
    assertThat(choice.settled).hasSize(2);
  }

  @Test
  void whatIsGrantedWithoutRoomIsGivenBack() {
    MadeUpSharing choice = new MadeUpSharing();
    sharing = Optional.of(choice);
    Agenda agenda = agenda(1, nightly("a"), nightly("b"));
    until(agenda, DUE.plusSeconds(30));
    choice.offers.forEach(offer -> choice.grant(agenda, offer));

    agenda.step();

    assertThat(starter.started).hasSize(1);
    assertThat(choice.settled).hasSize(1);
    until(agenda, DUE.plusSeconds(100));
    assertThat(choice.offers).as("offered again").hasSize(3);
  }

  @Test
  void whatWasGivenBackIsOfferedAsSoonAsThereIsRoom() {
    MadeUpSharing choice = new MadeUpSharing();
    sharing = Optional.of(choice);
    Agenda agenda =
        agenda(2, nightly("a"), job("weekly", "a", "daily 02:00", Job.Lane.WRITING), nightly("b"));
    until(agenda, DUE.plusSeconds(1));
    choice.offers.forEach(offer -> choice.grant(agenda, offer));
    agenda.step();
    assertThat(starter.started).as("of a one, and b").hasSize(2);
    assertThat(choice.settled).extracting(offer -> offer.job().text()).containsExactly("weekly/a");

    now = now.plusSeconds(4);
    starter.end(starter.started.getFirst(), ExitStatus.DONE);
    agenda.step();

    assertThat(choice.offers).hasSize(4);
    assertThat(choice.offers.getLast().job().text()).isEqualTo("weekly/a");
  }

  @Test
  void aClusterThatAnotherNodeWritesToIsWaitedForAndSoonBegun() {
    Job weekly = job("weekly", "shop", "sunday 02:00", Job.Lane.WRITING);
    Job check = job("check", "shop", "daily 02:00", Job.Lane.READING);
    Agenda agenda = agenda(2, nightly("shop"), weekly, check);
    until(agenda, DUE.minusSeconds(1));
    try (Lease held = runs.take(weekly.name())) {
      held.ensureHeld();
      until(agenda, DUE.plusSeconds(40));
      assertThat(starter.started)
          .extracting(each -> each.job().name().text())
          .containsExactly("check/shop");
    }

    until(agenda, now.plusSeconds(11));

    assertThat(starter.last().job().name().text()).isEqualTo("nightly/shop");
  }

  @Test
  void aChoiceThatIsNeverMadeDoesNotMeanThatNothingRuns() {
    sharing = Optional.of(new MadeUpSharing());
    Agenda agenda = agenda(1, nightly("a"));
    until(agenda, DUE.plusSeconds(170));
    assertThat(starter.started).isEmpty();

    until(agenda, DUE.plusSeconds(250));

    assertThat(starter.started).hasSize(1);
  }

  @Test
  void withoutTheChoiceANodeStartsByItself() {
    MadeUpSharing choice = new MadeUpSharing();
    sharing = Optional.of(choice);
    choice.trouble = Optional.of("away");
    Agenda agenda = agenda(1, nightly("a"));

    until(agenda, DUE.plusSeconds(30));

    assertThat(starter.started).hasSize(1);
    assertThat(choice.offers).isEmpty();
    assertThat(told.lines).containsOnlyOnce("trouble");
    choice.trouble = Optional.empty();
    starter.end(starter.last(), ExitStatus.DONE);
    agenda.step();
    assertThat(told.lines).containsOnlyOnce("over");
  }

  /** Chooses when it is told to. */
  private static final class MadeUpSharing implements Sharing {
    private final List<Offer> offers = new ArrayList<>();
    private final List<Offer> settled = new ArrayList<>();
    private Optional<String> trouble = Optional.empty();

    @Override
    public void begin(Consumer<Grant> grants) {}

    void grant(Agenda agenda, Offer offer) {
      agenda.granted(new Grant(offer, () -> settled.add(offer)));
    }

    @Override
    public boolean offer(Offer offer) {
      offers.add(offer);
      return true;
    }

    @Override
    public Optional<String> trouble() {
      return trouble;
    }

    @Override
    public void close() {}
  }

  @Test
  void twoHundredClustersForADay() {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      jobs.add(spread("physical", "c" + i, "daily 02:00", Job.Lane.WRITING));
      jobs.add(spread("dump", "c" + i, "every 6h", Job.Lane.WRITING));
      jobs.add(spread("proof", "c" + i, "sunday 03:00", Job.Lane.READING));
    }
    Agenda agenda = agenda(400, jobs.toArray(Job[]::new));
    Map<Instant, List<MadeUpStarter.Started>> ends = new HashMap<>();
    int seen = 0;
    Instant end = START.plus(Duration.ofDays(1));
    long heap = 0;
    int threads = 0;
    while (now.isBefore(end)) {
      if (heap == 0 && now.isAfter(START.plus(Duration.ofHours(7)))) {
        heap = heapInUse();
        threads = Thread.activeCount();
      }
      Optional.ofNullable(ends.remove(now))
          .ifPresent(due -> due.forEach(each -> starter.end(each, ExitStatus.DONE)));
      Instant next = agenda.step();
      for (; seen < starter.started.size(); seen++) {
        MadeUpStarter.Started each = starter.started.get(seen);
        assertThat(Duration.between(each.turn().due(), now)).isLessThan(Duration.ofMinutes(32));
        Instant over = now.plusSeconds(90);
        ends.computeIfAbsent(over, moment -> new ArrayList<>()).add(each);
      }
      Instant soonest = ends.keySet().stream().min(Instant::compareTo).orElse(next);
      now = soonest.isBefore(next) ? soonest : next;
    }
    assertThat(Thread.activeCount()).as("threads").isLessThanOrEqualTo(threads);
    // The store of this test and its lists are in memory too, and grow by what is recorded.
    assertThat(heapInUse() - heap)
        .as("bytes that stayed, of %d runs", seen)
        .isLessThan(seen * 8192L);
    Map<String, Integer> count = new HashMap<>();
    starter.started.forEach(each -> count.merge(each.job().name().schedule(), 1, Integer::sum));
    assertThat(count).containsEntry("physical", 200).containsEntry("dump", 600);
    assertThat(count).doesNotContainKey("proof");
    assertThat(told.lines)
        .noneMatch(line -> line.startsWith("failed") || line.startsWith("trouble"));
  }

  private static long heapInUse() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static Job spread(String schedule, String cluster, String when, Job.Lane lane) {
    Job job = job(schedule, cluster, when, lane);
    Plan plan = job.plan();
    return new Job(
        job.name(),
        new Plan(
            plan.name(),
            plan.schedule(),
            Duration.ofMinutes(30),
            Optional.empty(),
            1,
            plan.retryAfter(),
            List.of()),
        job.words(),
        job.timeout(),
        lane);
  }
}
