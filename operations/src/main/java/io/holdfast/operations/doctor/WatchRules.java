package io.holdfast.operations.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether anybody would notice. */
public final class WatchRules {
  private static final String SUBJECT = "watching";

  private WatchRules() {}

  /**
   * @param schedules whether anything runs by itself
   * @param channels how many ways there are to people
   * @param pinged how many watchers are pinged, which would miss us
   * @param metrics where metrics can be fetched; who does, nobody here can see
   */
  public static List<Finding> of(
      boolean schedules, int channels, int pinged, Optional<String> metrics, String config) {
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
    if (pinged == 0 && metrics.isEmpty()) {
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
      found.add(Finding.ok(SUBJECT, known(channels, pinged, metrics)));
    }
    return found;
  }

  private static String known(int channels, int pinged, Optional<String> metrics) {
    List<String> known = new ArrayList<>();
    known.add(channels + (channels == 1 ? " channel" : " channels") + " to people");
    if (pinged > 0) {
      known.add(pinged + (pinged == 1 ? " watcher is pinged" : " watchers are pinged"));
    }
    metrics.ifPresent(at ->
        known.add(
            "metrics are offered at " + at + ", and whether anybody fetches them is not known"));
    return String.join("; ", known);
  }
}
