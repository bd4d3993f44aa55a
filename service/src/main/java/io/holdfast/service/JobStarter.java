package io.holdfast.service;

import io.holdfast.scheduling.Turn;
import java.util.function.Consumer;

/** Starts commands; none of its methods waits. */
public interface JobStarter {
  /**
   * @param id of the run; the command itself records it under it
   * @param onEnd told once, from any thread, however it ends, also if it could not be started
   */
  void start(Job job, Turn.Now turn, String id, Consumer<Ended> onEnd);

  /** Asks all that run to end. */
  void stop();
}
