package io.holdfast.operations.doctor;

import java.util.ArrayList;
import java.util.List;

/** Whether anybody would notice. */
public final class WatchRules {
  private static final String SUBJECT = "watching";

  private WatchRules() {}

  /**
   * @param schedules whether anything runs by itself
   * @param channels how many ways there are to people
   * @param watched whether something outside would miss us: metrics, or a watcher that is pinged
   */
  public static List<Finding> of(boolean schedules, int channels, boolean watched, String config) {
    List<Finding> found = new ArrayList<>();
    if (schedules && channels == 0) {
      found.add(
          Finding.of(
              DoctorCode.NOBODY_TOLD,
              SUBJECT,
              "backups are scheduled, and nobody is told when one fails",
              "notifications:\n  channels:\n    chat: { slack: { webhook-file:"
                  + " /etc/holdfast/slack-webhook } }\nin "
                  + config
                  + ", and: holdfast notify test"));
    }
    if (!watched) {
      found.add(
          Finding.of(
              DoctorCode.NOT_WATCHED,
              SUBJECT,
              "nothing outside of this machine would notice that it is gone",
              "service:\n  metrics: { listen: 127.0.0.1:9854 }\nin "
                  + config
                  + ", or a healthchecks channel: docs/notifications.md"));
    }
    if (found.isEmpty()) {
      found.add(Finding.ok(SUBJECT, channels + " channels, and something outside watches"));
    }
    return found;
  }
}
