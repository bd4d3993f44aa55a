package io.holdfast.operations.proof;

import io.holdfast.operations.dump.DumpRestoreResult;
import io.holdfast.operations.restore.FileOwner;
import io.holdfast.operations.restore.RecoveryTarget;
import io.holdfast.operations.restore.RestorePlan;
import io.holdfast.operations.restore.RestoreResult;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Carries out the commands of a runbook, one process after the other. A restore among them goes to
 * the scratch directory and is made harmless; nothing else of it is changed.
 */
final class Rehearsal {
  private static final int TAIL = 2000;
  private static final int MOST_OUTPUT = 1 << 20;

  private final Drill drill;
  private final Scratch scratch;
  private final Ledger ledger;
  private final InstantSource clock;
  private final Progress progress;

  Rehearsal(Drill drill, Scratch scratch, Ledger ledger, InstantSource clock, Progress progress) {
    this.drill = drill;
    this.scratch = scratch;
    this.ledger = ledger;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * All commands, of which one has to be the restore that was planned.
   *
   * @param owner of the copy's files
   * @return what it came to
   */
  RestoreResult restore(RestorePlan plan, Optional<FileOwner> owner) {
    RestoreResult result = null;
    String moment =
        plan.request().target() instanceof RecoveryTarget.Moment target
            ? target.instant().toString()
            : "latest";
    for (List<String> command : commands(Map.of("TIME", moment))) {
      if (command.getFirst().equals("restore")) {
        result = restore(command, plan, owner);
      } else {
        look(command);
      }
    }
    if (result == null) {
      throw failed("the runbook's section " + drill.disaster(), "expected a restore, found none");
    }
    if (!result.backup().equals(plan.backup())) {
      throw failed(
          "holdfast restore",
          "expected to restore backup " + plan.backup() + ", found " + result.backup());
    }
    return result;
  }

  /**
   * All commands but restores of physical backups; those that load a dump load it into the server.
   *
   * @return what they came to; empty if the runbook loads none, for there is a physical backup
   */
  List<DumpRestoreResult> load(ConnectionSettings server) {
    List<DumpRestoreResult> results = new ArrayList<>();
    for (List<String> command : commands(Map.of("SERVER", conninfo(server)))) {
      if (command.size() > 1 && command.getFirst().equals("dump")) {
        results.add(load(command));
      } else if (!command.getFirst().equals("restore")) {
        look(command);
      }
    }
    return results;
  }

  /** For libpq. There is no password in it: it stands on a command line. */
  private static String conninfo(ConnectionSettings server) {
    return server.parameters().entrySet().stream()
        .map(each ->
            each.getKey() + "='" + each.getValue().replace("\\", "\\\\").replace("'", "\\'") + "'")
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private DumpRestoreResult load(List<String> command) {
    Instant begin = clock.instant();
    String said = run(withoutTablespaces(command), List.of("--json"));
    Duration took = Duration.between(begin, clock.instant());
    try {
      JsonNode json = JsonMapper.shared().readTree(said);
      List<String> differences = new ArrayList<>();
      json.required("differences").forEach(each -> differences.add(each.stringValue()));
      String database = json.required("database").stringValue();
      ledger.recovery("load " + database, took);
      return new DumpRestoreResult(
          json.required("backup").stringValue(),
          database,
          json.required("into").stringValue(),
          json.required("tables").longValue(),
          json.required("rows").longValue(),
          json.required("bytes").longValue(),
          List.of(),
          List.of(),
          json.required("compared").longValue(),
          json.required("checksums").longValue(),
          differences,
          List.of(),
          List.of(),
          List.of(),
          took);
    } catch (JacksonException e) {
      throw failed(name(command), "expected what it came to in JSON, found: " + tail(said));
    }
  }

  /** They would be made where those of the source lie. */
  private static List<String> withoutTablespaces(List<String> command) {
    List<String> words = new ArrayList<>(command);
    words.add("--no-tablespaces");
    return words;
  }

  private List<List<String>> commands(Map<String, String> variables) {
    drill
        .stale()
        .ifPresent(words -> ledger.finding(FindingCode.RUNBOOK_STALE, "the runbook", words));
    return drill.commands().apply(variables);
  }

  private void look(List<String> command) {
    Instant begin = clock.instant();
    run(command, List.of());
    ledger.recovery(words(command, 2), Duration.between(begin, clock.instant()));
  }

  private RestoreResult restore(List<String> command, RestorePlan plan, Optional<FileOwner> owner) {
    Instant begin = clock.instant();
    String said = run(harmless(command, plan, owner), List.of("--json"));
    Duration took = Duration.between(begin, clock.instant());
    try {
      RestoreResult result = RestoreResult.read(JsonMapper.shared().readTree(said));
      Duration recovery = result.server().map(RestoreResult.Started::took).orElse(Duration.ZERO);
      ledger.recovery("fetch", took.minus(recovery));
      ledger.recovery("recover", recovery);
      return result;
    } catch (JacksonException | IllegalArgumentException e) {
      throw failed("holdfast restore", "expected what it came to in JSON, found: " + tail(said));
    }
  }

  /** As on the page, but into the scratch directory, and as a copy that nobody can reach. */
  private static List<String> harmless(
      List<String> command, RestorePlan plan, Optional<FileOwner> owner) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < command.size(); i++) {
      String word = command.get(i);
      if (word.equals("--to") || word.equals("--tablespace")) {
        i++;
      } else if (!word.equals("--take-over")) {
        words.add(word);
      }
    }
    words.addAll(List.of("--to", plan.directory().toString()));
    owner.ifPresent(who -> words.addAll(List.of("--owner", who.text())));
    words.addAll(List.of("--jobs", Integer.toString(plan.request().workers())));
    plan.request()
        .tablespaces()
        .forEach((old, place) -> words.addAll(List.of("--tablespace", old + "=" + place)));
    for (Map.Entry<String, String> setting : plan.request().settings().entrySet()) {
      words.addAll(List.of("--set", setting.getKey() + "=" + setting.getValue()));
    }
    return words;
  }

  /**
   * @return what it wrote to its standard output
   */
  private String run(List<String> command, List<String> options) {
    List<String> words = new ArrayList<>(drill.program());
    words.addAll(options);
    words.addAll(command);
    progress.note("drill: holdfast " + words(command, 4));
    Path errors = scratch.secret("drill.log", new byte[0]);
    ProcessBuilder builder = new ProcessBuilder(words).redirectError(errors.toFile());
    builder.environment().clear();
    builder.environment().putAll(drill.environment());
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      try {
        return await(process, command, errors);
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      throw new CouldNotVerifyException("holdfast could not be started: " + e.getMessage());
    }
  }

  private String await(Process process, List<String> command, Path errors) throws IOException {
    FutureTask<byte[]> reading = new FutureTask<>(() -> firstOf(process.getInputStream()));
    Thread.ofVirtual().start(reading);
    try {
      int status = process.waitFor();
      String output = new String(reading.get(), StandardCharsets.UTF_8);
      if (status == ExitStatus.UNVERIFIED.code()) {
        throw new CouldNotVerifyException(name(command) + ": " + tail(Files.readString(errors)));
      }
      // A dump that was loaded and is not the same says so with its differences.
      boolean said = status == ExitStatus.NO.code() && command.getFirst().equals("dump");
      if (status != 0 && !said) {
        throw failed(
            name(command),
            "expected exit status 0, found " + status + "; " + tail(Files.readString(errors)));
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException(
          ExitStatus.INTERRUPTED, "interrupted in the middle of a drill", null, e);
    } catch (ExecutionException e) {
      throw new CouldNotVerifyException(
          "what " + name(command) + " said could not be read: " + e.getCause());
    }
  }

  /** What is more than any of these commands says is passed over. */
  private static byte[] firstOf(InputStream output) throws IOException {
    try (output) {
      byte[] first = output.readNBytes(MOST_OUTPUT);
      output.transferTo(java.io.OutputStream.nullOutputStream());
      return first;
    }
  }

  private HoldfastException failed(String subject, String found) {
    ledger.finding(FindingCode.RUNBOOK_FAILED, subject, found);
    return new HoldfastException(ExitStatus.NO, subject + ": " + found);
  }

  private static String name(List<String> command) {
    return "holdfast " + words(command, 2);
  }

  private static String words(List<String> command, int most) {
    return String.join(
        " ", command.stream().takeWhile(word -> !word.startsWith("-")).limit(most).toList());
  }

  private static String tail(String said) {
    String words = said.strip();
    return "its last words: "
        + (words.length() <= TAIL ? words : words.substring(words.length() - TAIL));
  }
}
