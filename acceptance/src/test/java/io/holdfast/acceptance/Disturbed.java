package io.holdfast.acceptance;

import io.holdfast.sftp.OpenSshServer;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.util.function.IntFunction;

/** What can go away while the service runs, and comes back. */
final class Disturbed implements AutoCloseable {
  static final int KINDS = 5;

  private final TestCluster source;
  private final Cable cable;
  private final OpenSshServer store;
  private final IntFunction<Node> start;
  private Node serving;
  private int kind;
  private int starts;
  private boolean supervised = true;

  Disturbed(TestCluster source, Cable cable, OpenSshServer store, IntFunction<Node> start) {
    this.source = source;
    this.cable = cable;
    this.store = store;
    this.start = start;
    this.serving = next();
  }

  Node serving() {
    return serving;
  }

  private Node next() {
    starts++;
    return start.apply(starts);
  }

  /**
   * Starts it again if it ended by itself, as a service manager does: it cannot open a store that
   * is away.
   */
  void supervise() {
    if (supervised && !serving.isAlive()) {
      serving = next();
    }
  }

  void begin(int which) throws IOException, InterruptedException {
    kind = which;
    switch (which) {
      case 0 -> source.kill();
      case 1 -> cable.cut();
      case 2 -> store.kill();
      case 3 -> {
        supervised = false;
        serving.kill();
      }
      case 4 -> cable.silence();
      default -> throw new IllegalArgumentException("" + which);
    }
  }

  void end() throws IOException {
    switch (kind) {
      case 0 -> source.start();
      case 1, 4 -> cable.mend();
      case 2 -> store.launch();
      case 3 -> {
        supervised = true;
        serving = next();
      }
      default -> throw new IllegalArgumentException("" + kind);
    }
  }

  /** The host burns down. What is acknowledged between the two is lost too. */
  void loseEverythingButTheStore() throws InterruptedException {
    serving.kill();
    source.kill();
  }

  @Override
  public void close() {
    serving.close();
  }
}
