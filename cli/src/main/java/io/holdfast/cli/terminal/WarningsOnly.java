package io.holdfast.cli.terminal;

import io.holdfast.vocabulary.Progress;

/** Progress for who asked for quiet. */
final class WarningsOnly implements Progress {
  private final Console console;

  WarningsOnly(Console console) {
    this.console = console;
  }

  @Override
  public void begin(String task, long totalBytes) {}

  @Override
  public void advance(long bytes) {}

  @Override
  public void end() {}

  @Override
  public void note(String line) {}

  @Override
  public void warn(String line) {
    console.warn(line);
  }
}
