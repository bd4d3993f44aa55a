package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Verbosity;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options every command has. */
@Command(
    name = "holdfast",
    description = "Backs up PostgreSQL and proves that the backups restore.",
    versionProvider = VersionCommand.Lines.class,
    synopsisSubcommandLabel = "COMMAND",
    optionListHeading = "%nOptions of every command:%n",
    footerHeading = "%n",
    footer = {
      "'holdfast COMMAND --help' says more. 'holdfast demo' shows the whole story at once."
    })
public final class Root implements Verbosity {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      order = 100,
      description =
          "Configuration file (default: $HOLDFAST_CONFIG, ./holdfast.yaml,"
              + " ~/.config/holdfast/holdfast.yaml, /etc/holdfast/holdfast.yaml).")
  private @Nullable Path config;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      order = 101,
      description = "Print the answer, or the failure, as one JSON object.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      order = 102,
      description = "No progress and no notes on stderr.")
  private boolean quiet;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      order = 103,
      description = "Print this help.")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      order = 104,
      description = "Print the version, and which of PostgreSQL it is for.")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean version;

  @Option(names = "--run-id", hidden = true)
  private String run = "";

  /** Id of the scheduled run that this is; "" for none. */
  public String run() {
    return run;
  }

  public Optional<Path> config() {
    return Optional.ofNullable(config);
  }

  @Override
  public boolean json() {
    return json;
  }

  @Override
  public boolean quiet() {
    return quiet;
  }
}
