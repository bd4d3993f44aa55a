package io.holdfast.cli.command;

import io.holdfast.service.Job;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;

/** Whether what is to be run by itself could be typed. */
final class ScheduledWords {
  private ScheduledWords() {}

  /**
   * @throws HoldfastException (usage) naming every schedule whose command is none
   */
  static void check(List<Job> jobs, Nested nested) {
    List<String> faults = new ArrayList<>();
    for (Job job : jobs) {
      nested
          .misuse(job.words())
          .ifPresent(fault ->
              faults.add(
                  "schedule "
                      + job.name()
                      + " cannot run '"
                      + String.join(" ", job.words())
                      + "': "
                      + fault.getMessage()));
    }
    if (!faults.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          String.join("\n", faults),
          "Below 'run:' write what you would type, without the cluster.");
    }
  }
}
