package io.holdfast.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.scheduling.Plan;
import io.holdfast.vocabulary.ExitStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgendaLoadTest extends AgendaScene {
  /** A day of two hundred clusters: every job ran when due, and nothing is kept of it. */
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
