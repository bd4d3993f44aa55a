package io.holdfast.service;

import io.holdfast.scheduling.Turn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs commands as processes of this program: one that runs out of memory, crashes or hangs takes
 * neither the receivers nor other jobs with it, and can be ended. Each holds its lease and writes
 * its record itself. When this process dies, each finds its standard input closed, and ends.
 */
public final class ChildJobs implements JobStarter {
  private static final Duration PATIENCE = Duration.ofSeconds(25);
  private static final int LONGEST_LINE = 8 << 10;

  private final List<String> program;
  private final ServiceEvents events;
  private final InstantSource clock;
  private final Set<Process> processes = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  /**
   * @param program the words in front of "schedule run"
   */
  public ChildJobs(List<String> program, ServiceEvents events, InstantSource clock) {
    this.program = List.copyOf(program);
    this.events = events;
    this.clock = clock;
  }

  @Override
  public void start(Job job, Turn.Now turn, String id, Consumer<Ended> onEnd) {
    Thread.ofVirtual().name("job-" + job.name()).start(() -> onEnd.accept(run(job, turn, id)));
  }

  private Ended run(Job job, Turn.Now turn, String id) {
    Instant began = clock.instant();
    Tail tail = new Tail();
    int status = -1;
    boolean timedOut = false;
    try {
      Process process = new ProcessBuilder(words(job, turn, id)).start();
      processes.add(process);
      if (stopping) {
        process.destroy();
      }
      try (InputStream answer = process.getInputStream();
          InputStream saying = process.getErrorStream()) {
        Thread drain = Thread.ofVirtual().start(() -> drain(answer));
        Thread listen = Thread.ofVirtual().start(() -> listen(job, id, saying, tail));
        if (!process.waitFor(job.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
          timedOut = true;
          end(process);
        }
        status = process.waitFor();
        // What it left behind may hold the pipe open for ever.
        listen.join(PATIENCE);
        drain.join(Duration.ofSeconds(1));
      } finally {
        processes.remove(process);
      }
    } catch (IOException e) {
      tail.add("could not start " + program.getFirst() + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new Ended(job, turn, id, status, tail.text(), began, clock.instant(), timedOut);
  }

  private List<String> words(Job job, Turn.Now turn, String id) {
    List<String> words = new ArrayList<>(program);
    words.addAll(List.of("schedule", "run", "--attended", "--id=" + id));
    if (turn.attempt() > 0) {
      words.add("--due=" + turn.due());
    }
    words.add(job.name().schedule());
    job.name().cluster().ifPresent(words::add);
    return words;
  }

  private static void drain(InputStream from) {
    byte[] buffer = new byte[8192];
    try {
      while (from.read(buffer) >= 0) {
        // The answer is for whoever types the command; what counts is recorded.
      }
    } catch (IOException e) {
      // It has ended.
    }
  }

  private void listen(Job job, String id, InputStream from, Tail tail) {
    try (Reader reader = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
      StringBuilder line = new StringBuilder();
      for (int letter = reader.read(); letter >= 0; letter = reader.read()) {
        if (letter == '\n' || line.length() >= LONGEST_LINE) {
          tell(job, id, line.toString(), tail);
          line.setLength(0);
        }
        if (letter != '\n' && letter != '\r') {
          line.append((char) letter);
        }
      }
      if (!line.isEmpty()) {
        tell(job, id, line.toString(), tail);
      }
    } catch (IOException e) {
      // It has ended.
    }
  }

  private void tell(Job job, String id, String line, Tail tail) {
    tail.add(line);
    events.said(job.name(), id, line);
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** Returns at once; those that run give their leases back, and are told as ended. */
  @Override
  public void stop() {
    stopping = true;
    processes.forEach(Process::destroy);
  }

  /**
   * Waits until all have ended, and kills those that do not within the time.
   *
   * @return false if some had to be killed
   */
  public boolean awaitEnd(Duration patience) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    boolean all = true;
    for (Process process : processes) {
      if (!process.waitFor(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        all = false;
        process.destroyForcibly();
      }
    }
    return all;
  }
}
