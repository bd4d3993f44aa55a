package io.holdfast.cli.command;

import io.holdfast.vocabulary.ExitStatus;
import java.util.concurrent.Callable;

/** A command: does its work and says how it went. */
abstract class HoldfastCommand implements Callable<Integer> {
  abstract ExitStatus run() throws Exception;

  @Override
  public final Integer call() throws Exception {
    return run().code();
  }
}
