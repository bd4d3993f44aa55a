package io.holdfast.service;

import io.holdfast.operations.runs.JobName;
import io.holdfast.scheduling.Past;
import io.holdfast.scheduling.Turn;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One job and what is known of it. For the thread that steps. */
final class Standing {
  private final Job job;
  private Past past;
  private Instant lookAgain = Instant.MIN;
  private boolean givenBack;
  private @Nullable String underWay;

  Standing(Job job, Past past) {
    this.job = job;
    this.past = past;
  }

  Job job() {
    return job;
  }

  JobName name() {
    return job.name();
  }

  Past past() {
    return past;
  }

  /** What became of it until now. */
  void takeIn(Past known) {
    past = known;
  }

  /** What is to be done with it. */
  Turn turn(Instant now) {
    return job.plan().at(past, now);
  }

  Instant lookAgain() {
    return lookAgain;
  }

  void lookAgainAt(Instant moment) {
    lookAgain = moment;
  }

  void lookAtOnce() {
    lookAgain = Instant.MIN;
    givenBack = false;
  }

  /** It was granted while there was no room for it. */
  void giveBack() {
    givenBack = true;
  }

  boolean wasGivenBack() {
    return givenBack;
  }

  /** Id of the run that is under way here. */
  Optional<String> underWay() {
    return Optional.ofNullable(underWay);
  }

  boolean isUnderWay() {
    return underWay != null;
  }

  void begins(String run) {
    underWay = run;
  }

  void ends() {
    underWay = null;
  }
}
