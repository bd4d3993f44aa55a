package io.holdfast.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A process that serves, and the lines it prints. */
final class Node implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final String name;
  private final Process process;
  private final Path log;

  private Node(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  static Node start(Scene scene, String name) {
    Process process = scene.start(name + ".log", "serve", "--json");
    return new Node(name, process, scene.at(name + ".log"));
  }

  String name() {
    return name;
  }

  /** What it told of such a kind, oldest first. */
  List<JsonNode> events(String kind) {
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .filter(line -> line.startsWith("{") && line.endsWith("}"))
          .map(JSON::readTree)
          .filter(line -> line.path("event").asString().equals(kind))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean says(String kind, String words) {
    return events(kind).stream().anyMatch(line -> line.path("text").asString().contains(words));
  }

  /** The runs of a schedule that it began and that have not ended. */
  boolean isRunning(String schedule) {
    List<String> began = runs("run.began", schedule);
    Stream.of("done", "failed", "interrupted", "no", "refused", "left")
        .forEach(outcome -> began.removeAll(runs("run." + outcome, schedule)));
    return !began.isEmpty();
  }

  private List<String> runs(String kind, String schedule) {
    return new ArrayList<>(
        events(kind).stream()
            .filter(line -> line.path("subject").asString().startsWith(schedule + "/"))
            .map(line -> line.path("run").asString())
            .toList());
  }

  /** It and all that it started stand still, as on a machine that sleeps. */
  void freeze() {
    signal("STOP");
  }

  void wake() {
    signal("CONT");
  }

  private void signal(String signal) {
    List<String> command = new ArrayList<>(List.of("kill", "-" + signal, pid(process.toHandle())));
    process.descendants().map(Node::pid).forEach(command::add);
    try {
      if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
        throw new IllegalStateException("could not send " + signal + " to " + name);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String pid(ProcessHandle handle) {
    return Long.toString(handle.pid());
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  void measure(Figures figures) {
    figures.ofProcess(process.pid());
  }

  /** Asks it to end, as a service manager does. */
  boolean stop() throws InterruptedException {
    process.destroy();
    return process.waitFor(90, TimeUnit.SECONDS);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
