package io.holdfast.cli.command;

import io.holdfast.vocabulary.ExitStatus;
import java.io.IOException;
import java.io.InputStream;

/** Ends this process as a signal would, when whoever started it is gone. */
final class AbandonedProcess {
  private AbandonedProcess() {}

  /**
   * @param input which the other one holds open as long as it lives
   */
  static void endWith(InputStream input) {
    Thread.ofPlatform()
        .name("attended")
        .daemon()
        .start(() -> {
          try {
            while (input.read() >= 0) {
              // Nothing is said to it.
            }
          } catch (IOException e) {
            // Gone, too.
          }
          Runtime.getRuntime().exit(ExitStatus.INTERRUPTED.code());
        });
  }
}
