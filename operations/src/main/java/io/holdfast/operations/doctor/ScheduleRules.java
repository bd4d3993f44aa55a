package io.holdfast.operations.doctor;

import io.holdfast.operations.doctor.ScheduleLook.Timed;
import io.holdfast.operations.retention.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether what is to happen by itself does, and whether it is enough. */
public final class ScheduleRules {
  private static final Duration OLD = Duration.ofDays(8);

  private ScheduleRules() {}

  public static List<Finding> of(ScheduleLook look, Instant now) {
    List<Finding> found = new ArrayList<>();
    if (look.jobs().stream().noneMatch(Timed::backs)) {
      found.add(unscheduled(look, now));
    } else {
      oftenEnough(look, found);
      fresh(look, now, found);
      company(look, found);
    }
    look.jobs().forEach(job -> state(subject(look), Optional.of(look.cluster()), job, found));
    return found.stream().map(each -> each.in(look.cluster())).toList();
  }

  private static String subject(ScheduleLook look) {
    return "schedules of " + look.cluster();
  }

  private static Finding unscheduled(ScheduleLook look, Instant now) {
    boolean fresh =
        look.newest().values().stream().anyMatch(ended -> ended.isAfter(now.minus(OLD)));
    String fix =
        "schedules:\n  nightly: { run: backup, when: daily 02:00 }\nin "
            + look.config()
            + ", and: holdfast serve";
    return fresh
        ? Finding.of(
            DoctorCode.SCHEDULED_ELSEWHERE,
            subject(look),
            "no schedule backs it up, and somebody does",
            fix)
        : Finding.of(DoctorCode.NO_SCHEDULE, subject(look), "no schedule backs it up", fix);
  }

  private static void oftenEnough(ScheduleLook look, List<Finding> found) {
    Optional<Duration> rarest =
        look.jobs().stream().filter(Timed::physical).map(Timed::every).min(Duration::compareTo);
    Optional<Duration> within = look.retention().flatMap(Policy::within);
    if (rarest.isPresent() && within.isPresent() && rarest.get().compareTo(within.get()) > 0) {
      found.add(
          Finding.of(
              DoctorCode.RARER_THAN_KEPT,
              subject(look),
              "physical backups are up to "
                  + Policy.words(rarest.get())
                  + " apart, and what is kept is 'within "
                  + Policy.words(within.get())
                  + "'",
              "Back up more often: { run: backup, when: every "
                  + Policy.words(half(within.get()))
                  + " }, or keep longer: retention: { within: "
                  + Policy.words(rarest.get().multipliedBy(2))
                  + " }"));
    }
  }

  private static Duration half(Duration span) {
    Duration half = span.dividedBy(2);
    return half.compareTo(Duration.ofDays(1)) > 0
        ? Duration.ofDays(half.toDays())
        : Duration.ofHours(Math.max(1, half.toHours()));
  }

  /** What is scheduled daily and two days old did not run, whatever the records say. */
  private static void fresh(ScheduleLook look, Instant now, List<Finding> found) {
    Duration physical = rhythm(look, Timed::physical);
    Duration logical = rhythm(look, Timed::dumps);
    old(look, "physical", physical, now, found);
    old(look, "logical", logical, now, found);
  }

  private static Duration rhythm(ScheduleLook look, java.util.function.Predicate<Timed> fits) {
    return look.jobs().stream()
        .filter(fits)
        .filter(job -> !job.paused())
        .map(Timed::every)
        .min(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private static void old(
      ScheduleLook look, String kind, Duration every, Instant now, List<Finding> found) {
    Instant ended = look.newest().get(kind);
    if (every.isZero() || ended == null) {
      return;
    }
    if (ended.isBefore(now.minus(every.multipliedBy(2)).minus(Duration.ofHours(1)))) {
      found.add(
          Finding.of(
              DoctorCode.BACKUP_OLD,
              "backups of " + look.cluster(),
              "the newest "
                  + kind
                  + " one is of "
                  + ended
                  + ", and one is to be taken every "
                  + Policy.words(every),
              "holdfast schedule list   # how the last runs went\nholdfast backup "
                  + look.cluster()
                  + " --kind "
                  + kind));
    }
  }

  private static void company(ScheduleLook look, List<Finding> found) {
    if (look.retention().isPresent() && look.jobs().stream().noneMatch(Timed::prunes)) {
      found.add(
          Finding.of(
              DoctorCode.NO_PRUNE,
              subject(look),
              "retention says what is kept, and no schedule removes the rest",
              "schedules:\n  tidy-up: { run: prune --yes, when: daily 05:00 }\nin "
                  + look.config()));
    }
    if (!look.plans() && look.jobs().stream().noneMatch(Timed::proves)) {
      found.add(
          Finding.of(
              DoctorCode.NO_PROOF_SCHEDULED,
              subject(look),
              "backups are taken by themselves, and none is ever tried by itself",
              "schedules:\n  prove: { run: prove, when: weekly 04:00 }\nin " + look.config()));
    }
    if (look.jobs().stream().noneMatch(Timed::physical) && !look.newest().containsKey("physical")) {
      found.add(
          Finding.of(
              DoctorCode.DUMPS_ONLY,
              subject(look),
              "only dumps are taken: only the moments of dumps can be restored",
              "schedules:\n  weekly: { run: backup, when: sunday 03:00 }\nin " + look.config()));
    }
  }

  /** Of schedules that concern no cluster alone. */
  public static List<Finding> ofAll(List<Timed> jobs) {
    List<Finding> found = new ArrayList<>();
    jobs.forEach(job -> state("schedules", Optional.empty(), job, found));
    return found;
  }

  private static void state(
      String subject, Optional<String> cluster, Timed job, List<Finding> found) {
    String name = job.schedule() + cluster.map(each -> " of " + each).orElse("");
    String log =
        "holdfast schedule log " + job.schedule() + cluster.map(each -> " " + each).orElse("");
    if (job.paused()) {
      found.add(
          Finding.of(
              DoctorCode.SCHEDULE_PAUSED,
              subject,
              name + " is paused",
              "holdfast schedule resume " + job.schedule()));
      return;
    }
    if (!job.seen()) {
      found.add(
          Finding.of(
              DoctorCode.SCHEDULE_OVERDUE,
              subject,
              name + " was never seen by any holdfast serve",
              "holdfast serve   # as a service: docs/operations.md"));
    }
    job.overdue()
        .ifPresent(since ->
            found.add(
                Finding.of(
                    DoctorCode.SCHEDULE_OVERDUE,
                    subject,
                    name + " was due at " + since + " and has not run",
                    "Is holdfast serve running? systemctl status holdfast\n" + log)));
    job.lastWord()
        .ifPresent(word ->
            found.add(
                Finding.of(
                    DoctorCode.SCHEDULE_FAILED,
                    subject,
                    "the last run of " + name + ": " + word,
                    log)));
  }
}
