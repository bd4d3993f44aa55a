package io.holdfast.metrics;

import java.util.List;
import java.util.Optional;

/**
 * One look at the records of scheduled jobs. Immutable.
 *
 * @param declared how many jobs were to be looked at
 * @param facts of each of them; none if the records could not be read
 * @param trouble why they could not
 */
public record JobsLook(int declared, List<JobFacts> facts, Optional<RuntimeException> trouble) {
  static final JobsLook NONE = new JobsLook(0, List.of(), Optional.empty());

  public JobsLook {
    facts = List.copyOf(facts);
  }

  static JobsLook seen(List<JobFacts> facts) {
    return new JobsLook(facts.size(), facts, Optional.empty());
  }

  static JobsLook unseen(int declared, RuntimeException why) {
    return new JobsLook(declared, List.of(), Optional.of(why));
  }
}
