package io.holdfast.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Pauses;
import io.holdfast.operations.runs.Run;
import io.holdfast.operations.runs.Runs;
import io.holdfast.repository.KeySource;
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

/** An agenda over a repository in memory, with a clock of the test; nothing really runs. */
abstract class AgendaScene {
  static final Instant START = Instant.parse("2026-11-26T12:00:00Z");
  static final Instant DUE = Instant.parse("2026-11-27T02:00:00Z");

  Instant now = START;
  final InstantSource clock = () -> now;
  boolean full;
  final Repository repository =
      Repository.create(fillingUp(Storages.memory("agenda")), new KeySource.None(), "", clock);
  final Runs runs = new Runs(repository);
  final Pauses pauses = new Pauses(repository);
  final MadeUpStarter starter = new MadeUpStarter();
  Optional<Sharing> sharing = Optional.empty();
  final Told told = new Told();

  @AfterEach
  void close() {
    repository.close();
  }

  /** Takes nothing in while it is full, and can be read all the same. */
  final Storage fillingUp(Storage store) {
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
  final class MadeUpStarter implements JobStarter {
    final List<Started> started = new ArrayList<>();

    record Started(Job job, Turn.Now turn, String id, Consumer<Ended> onEnd) {}

    @Override
    public void start(Job job, Turn.Now turn, String id, Consumer<Ended> onEnd) {
      started.add(new Started(job, turn, id, onEnd));
    }

    @Override
    public void stop() {}

    Started last() {
      return started.getLast();
    }

    /** As the command does: it records itself, then ends. */
    void end(Started each, ExitStatus status) {
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

    void die(Started each, int status) {
      each.onEnd()
          .accept(new Ended(each.job(), each.turn(), each.id(), status, "said", now, now, false));
    }
  }

  static final class Told implements ServiceEvents {
    final List<String> lines = new ArrayList<>();
    final Map<String, Instant> well = new HashMap<>();

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

  static Job job(String schedule, String cluster, String when, Job.Lane lane) {
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

  static Job nightly(String cluster) {
    return job("nightly", cluster, "daily 02:00", Job.Lane.WRITING);
  }

  Agenda agenda(int atOnce, Job... jobs) {
    return new Agenda(
        List.of(jobs),
        runs,
        pauses,
        starter,
        atOnce,
        told,
        clock,
        new Author("db1", "holdfast test"),
        sharing,
        () -> {});
  }

  /** Steps whenever it wants to be stepped, until then. */
  void until(Agenda agenda, Instant end) {
    while (now.isBefore(end)) {
      Instant next = agenda.step();
      assertThat(next).isAfter(now);
      now = next.isBefore(end) ? next : end;
    }
    agenda.step();
  }

  Run recorded(Instant moment, int attempt, Outcome outcome) {
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
}
