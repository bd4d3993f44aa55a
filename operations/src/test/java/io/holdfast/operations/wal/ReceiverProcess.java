package io.holdfast.operations.wal;

import java.nio.file.Path;
import java.time.Duration;

/** A receiver in a process of its own, to be killed. Arguments: directory, conninfo. */
final class ReceiverProcess {
  private ReceiverProcess() {}

  public static void main(String[] arguments) throws InterruptedException {
    try (ReceivingSite site = ReceivingSite.in(Path.of(arguments[0])).aloud();
        Receiver receiver = site.receiver(arguments[1], Duration.ofMillis(50))) {
      System.out.println("receiving");
      receiver.join();
    }
  }
}
