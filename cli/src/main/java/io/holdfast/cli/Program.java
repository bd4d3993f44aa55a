package io.holdfast.cli;

import io.holdfast.cli.command.Auditing;
import io.holdfast.cli.command.CommandFamily;
import io.holdfast.cli.command.CommandGroup;
import io.holdfast.cli.command.Commands;
import io.holdfast.cli.command.Nested;
import io.holdfast.cli.command.Root;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Streams;
import io.holdfast.cli.terminal.Verbosity;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** One run of the program: words in, exit status out. Nothing it does ends the process. */
public final class Program implements Nested {
  private final Streams streams;
  private final InstantSource clock;
  private final BooleanSupplier interrupted;

  /**
   * @param interrupted whether a signal is ending the program, so that what then fails is no fault
   */
  public Program(Streams streams, InstantSource clock, BooleanSupplier interrupted) {
    this.streams = streams;
    this.clock = clock;
    this.interrupted = interrupted;
  }

  public int run(String... words) {
    Root root = new Root();
    Console console = new Console(streams, root, clock);
    CommandLine line = commandLine(root, console);
    line.setExecutionExceptionHandler((failure, at, parsed) -> failed(console, failure, parsed));
    line.setParameterExceptionHandler((failure, given) -> misused(root, failure, given));
    if (words.length == 0) {
      line.usage(line.getErr());
      return ExitStatus.USAGE.code();
    }
    return line.execute(words);
  }

  @Override
  public int run(Streams other, List<String> words) {
    return new Program(other, clock, interrupted).run(words.toArray(String[]::new));
  }

  @Override
  public Optional<HoldfastException> misuse(List<String> words) {
    Root root = new Root();
    try {
      commandLine(root, new Console(streams, root, clock)).parseArgs(words.toArray(String[]::new));
      return Optional.empty();
    } catch (ParameterException e) {
      return Optional.of(Misuse.of(e));
    }
  }

  private CommandLine commandLine(Root root, Console console) {
    Rooms rooms = new Rooms(root::config, clock, console::warn);
    List<CommandGroup> groups = Commands.all(console, rooms, this);
    CommandLine line = new CommandLine(root);
    groups.forEach(group -> group.commands().forEach(command -> add(line, command)));
    line.registerConverter(ByteSize.class, new SizeText());
    Auditing auditing = new Auditing(console, rooms, root::run);
    line.setExecutionStrategy(parsed ->
        auditing.around(
            parsed, parsed.originalArgs(), () -> new CommandLine.RunLast().execute(parsed)));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExpandAtFiles(false);
    line.setUsageHelpAutoWidth(false);
    line.setUsageHelpWidth(100);
    line.setUsageHelpLongOptionsMaxWidth(32);
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            streams.outTerminal() && streams.colour() ? Ansi.ON : Ansi.OFF));
    line.setOut(new PrintWriter(streams.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(streams.err(), true, StandardCharsets.UTF_8));
    CommandGroups.arrange(line, groups);
    return line;
  }

  private static void add(CommandLine to, Object command) {
    CommandLine added = new CommandLine(command);
    if (command instanceof CommandFamily family) {
      family.members().forEach(added::addSubcommand);
    }
    to.addSubcommand(added);
  }

  private int failed(Console console, Exception failure, ParseResult parsed) {
    HoldfastException shown;
    if (failure instanceof HoldfastException told
        && (told.status() == ExitStatus.INTERRUPTED || !interrupted.getAsBoolean())) {
      shown = told;
    } else if (interrupted.getAsBoolean()) {
      shown = new HoldfastException(ExitStatus.INTERRUPTED, "interrupted");
    } else {
      BugReport.print(streams.err(), failure, parsed);
      shown = BugReport.summary(failure);
    }
    console.failure(shown);
    return shown.status().code();
  }

  private int misused(Root root, ParameterException failure, String[] words) {
    boolean json = root.json() || Arrays.asList(words).contains("--json");
    HoldfastException shown = Misuse.of(failure);
    new Console(streams, new Asked(json), clock).failure(shown);
    return shown.status().code();
  }

  /** What can be known of the user's wishes when the command line could not be read. */
  private record Asked(boolean json) implements Verbosity {
    @Override
    public boolean quiet() {
      return false;
    }
  }
}
