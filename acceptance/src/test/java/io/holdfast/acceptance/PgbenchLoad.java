package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.PgClients;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** pgbench, started anew whenever the server was gone. */
final class PgbenchLoad implements AutoCloseable {
  private static final Pattern DONE =
      Pattern.compile("number of transactions actually processed: (\\d+)");

  private final List<String> command;
  private final Thread thread = Thread.ofPlatform().name("load").unstarted(this::run);
  private volatile boolean stopping;
  private final AtomicLong transactions = new AtomicLong();

  private PgbenchLoad(List<String> command) {
    this.command = command;
  }

  static PgbenchLoad start(TestCluster source) throws Exception {
    String pgbench = PgClients.directory().resolve("pgbench").toString();
    Process made =
        new ProcessBuilder(pgbench, "-q", "-i", "-s", "3", source.conninfo())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(made.waitFor()).isZero();
    PgbenchLoad load =
        new PgbenchLoad(
            List.of(pgbench, "-n", "-c", "4", "-R", "150", "-T", "10", source.conninfo()));
    load.thread.start();
    return load;
  }

  private void run() {
    try {
      while (!stopping) {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher done = DONE.matcher(said);
        if (done.find()) {
          transactions.addAndGet(Long.parseLong(done.group(1)));
        }
        if (process.waitFor() != 0) {
          TimeUnit.MILLISECONDS.sleep(500);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  long transactions() {
    return transactions.get();
  }

  @Override
  public void close() {
    stopping = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
