package io.holdfast.cli.command;

import io.holdfast.vocabulary.ExitStatus;
import java.util.concurrent.Callable;

/** A command: does its work and says how it went. */
abstract class HoldfastCommand implements Callable<Integer> {
  abstract ExitStatus run() throws Exception;

  @Override
  public final Integer call() throws Exception {
    return codeOf(run());
  }

  /** Ours, unless somebody else's habits are to be met. */
  int codeOf(ExitStatus status) {
    return status.code();
  }
}
