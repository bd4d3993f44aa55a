package io.holdfast.cli;

import io.holdfast.cli.terminal.Streams;
import java.nio.file.Path;
import java.time.InstantSource;

/** Where the program starts. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    String training = System.getProperty(Training.PROPERTY);
    if (training != null) {
      new Training(Path.of(training), InstantSource.system()).run();
      return;
    }
    Interruption interruption = Interruption.ofThisThread();
    int status =
        new Program(Streams.ofProcess(), InstantSource.system(), interruption::requested).run(args);
    interruption.exit(status);
  }
}
