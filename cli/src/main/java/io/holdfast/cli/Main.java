package io.holdfast.cli;

import io.holdfast.cli.terminal.Streams;
import java.time.InstantSource;

/** Where the program starts. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Interruption interruption = Interruption.ofThisThread();
    int status =
        new Program(Streams.ofProcess(), InstantSource.system(), interruption::requested).run(args);
    interruption.exit(status);
  }
}
