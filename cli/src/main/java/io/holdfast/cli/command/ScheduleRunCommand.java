package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.SpokenLines;
import io.holdfast.cli.terminal.Streams;
import io.holdfast.cli.wiring.Build;
import io.holdfast.cli.wiring.HostName;
import io.holdfast.cli.wiring.Jobs;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Run;
import io.holdfast.operations.runs.Runs;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.scheduling.Turn;
import io.holdfast.service.Job;
import io.holdfast.service.Tail;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    description = "Run a schedule's command now, and record how it went.",
    footerHeading = "%n",
    footer = {
      "Not while it runs elsewhere. If it is done, what was due until now counts as done.",
      "Exit status: that of the command."
    })
final class ScheduleRunCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;
  private final Nested nested;

  @Mixin private final ScheduleChoice choice = new ScheduleChoice();

  @Option(names = "--attended", hidden = true)
  private boolean attended;

  @Option(names = "--id", hidden = true)
  private String id = Runs.newId();

  @Option(names = "--due", hidden = true)
  private @Nullable String due;

  private int attempt;
  private int passedOver;
  private int status;

  ScheduleRunCommand(Console console, Rooms rooms, Nested nested) {
    this.console = console;
    this.rooms = rooms;
    this.nested = nested;
  }

  @Override
  ExitStatus run() {
    if (attended) {
      AbandonedProcess.endWith(console.streams().in());
    }
    Settings settings = rooms.settings();
    Job job = Jobs.find(settings, choice.schedule(), choice.cluster());
    ScheduledWords.check(job, nested);
    try (OpenRepository opened = rooms.open(settings.repository())) {
      Runs runs = new Runs(opened.repository());
      try (Lease lease = take(job, runs)) {
        requireDue(job, runs);
        lease.ensureHeld();
        run(job, runs);
      }
    }
    return ExitStatus.DONE;
  }

  /** Among nodes that is how it goes, and nothing that anybody should do something about. */
  private Lease take(Job job, Runs runs) {
    try {
      return runs.take(job.name());
    } catch (LeaseHeldException e) {
      if (!attended) {
        throw e;
      }
      String runner =
          runs.runner(job.name())
              .map(holder -> holder.host() + ", process " + holder.pid())
              .orElse("somebody");
      throw new HoldfastException(
          ExitStatus.LEASE_HELD, job.name() + " is run by another node: " + runner, null, e);
    }
  }

  /** The command's, whatever it is. */
  @Override
  int codeOf(ExitStatus own) {
    return status;
  }

  /** Between the decision to run it and the lease, somebody else may have. */
  private void requireDue(Job job, Runs runs) {
    if (due == null) {
      return;
    }
    Turn turn = job.turn(runs.of(job.name()), console.clock().instant());
    if (!(turn instanceof Turn.Now now) || !now.due().equals(moment(due))) {
      throw new HoldfastException(
          ExitStatus.LEASE_HELD, job.name() + " of " + due + " was run elsewhere meanwhile", null);
    }
    attempt = now.attempt();
    passedOver = now.passedOver();
  }

  private static Instant moment(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new HoldfastException(
          ExitStatus.USAGE, "expected a moment, found '" + text + "'", null, e);
    }
  }

  private void run(Job job, Runs runs) {
    Instant began = console.clock().instant();
    Tail tail = new Tail();
    Streams own = console.streams();
    // What is wrong stands in the answer: a check that fails says nothing else.
    try (SpokenLines out = new SpokenLines(own.out(), tail::add);
        SpokenLines err = new SpokenLines(own.err(), tail::add)) {
      status = nested.run(own.through(out.stream(), err.stream()), words(job));
    }
    // What a signal interrupted is recorded all the same.
    boolean interrupted = Thread.interrupted();
    try {
      runs.add(record(job, began, tail));
    } catch (HoldfastException e) {
      console.warn(
          "how "
              + job.name()
              + " went could not be recorded: "
              + e.getMessage()
              + e.hint().map(hint -> ". HINT: " + hint).orElse(""));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private List<String> words(Job job) {
    List<String> words = new ArrayList<>();
    words.add("--config=" + rooms.settings().file());
    words.add("--run-id=" + id);
    if (console.json()) {
      words.add("--json");
    }
    words.addAll(job.words());
    return words;
  }

  private Run record(Job job, Instant began, Tail tail) {
    return new Run(
        job.name(),
        due == null ? began : moment(due),
        began,
        console.clock().instant(),
        attempt,
        passedOver,
        outcome(),
        status,
        "holdfast " + String.join(" ", job.words()),
        HostName.ofThisMachine(),
        "holdfast " + Build.version(),
        tail.text(),
        id);
  }

  private Outcome outcome() {
    for (ExitStatus known : ExitStatus.values()) {
      if (known.code() == status) {
        return Outcome.of(known);
      }
    }
    return Outcome.FAILED;
  }
}
