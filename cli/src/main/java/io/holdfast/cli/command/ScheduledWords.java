package io.holdfast.cli.command;

import io.holdfast.service.Job;
import io.holdfast.settings.RunCheck;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;

/** Whether what is to be run by itself could be typed. */
final class ScheduledWords {
  private ScheduledWords() {}

  /**
   * For whoever reads a configuration: then it is told with the line, and with all other faults.
   */
  static RunCheck by(Nested nested) {
    return words -> nested.misuse(words).map(fault -> String.valueOf(fault.getMessage()));
  }

  /**
   * Of one job, whatever is wrong with others.
   *
   * @throws HoldfastException (usage) if its command is none
   */
  static void check(Job job, Nested nested) {
    nested
        .misuse(job.words())
        .ifPresent(fault -> {
          throw new HoldfastException(
              ExitStatus.USAGE,
              "schedule "
                  + job.name()
                  + " cannot run '"
                  + String.join(" ", job.words())
                  + "': "
                  + fault.getMessage(),
              "Below 'run:' write what you would type, without the cluster.");
        });
  }
}
