package io.holdfast.notifications;

import java.util.UUID;

/**
 * What a watcher outside is told of a run.
 *
 * @param cluster empty for work that concerns none, or all
 * @param schedule the work, by its name
 * @param run joins the beginning and the end of one run
 * @param exit the run's exit status; only at its end
 * @param logTail the last lines of its log; only at its end. No secrets.
 */
public record Ping(
    Signal signal, String cluster, String schedule, UUID run, int exit, String logTail) {
  /** What there is to say. */
  public enum Signal {
    START,
    SUCCESS,
    FAILURE,
    /** Changes nothing there: somebody tries the way. */
    TEST
  }

  public static Ping start(String cluster, String schedule, UUID run) {
    return new Ping(Signal.START, cluster, schedule, run, 0, "");
  }

  /** How it ended: status 0 is success, anything else is not. */
  public static Ping end(String cluster, String schedule, UUID run, int exit, String logTail) {
    return new Ping(
        exit == 0 ? Signal.SUCCESS : Signal.FAILURE, cluster, schedule, run, exit, logTail);
  }

  public static Ping test(String cluster, String schedule, UUID run) {
    return new Ping(Signal.TEST, cluster, schedule, run, 0, "A test by 'holdfast notify test'.");
  }
}
