package io.holdfast.cli.command;

import io.holdfast.cli.command.BackupOnSites.Told;
import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "pin",
    description = "Keep a backup, whatever retention says, and its WAL from there on.")
final class BackupsPinCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Parameters(paramLabel = "ID", description = "The backup: its id, the start of it, or 'latest'.")
  private String id = "";

  @Mixin private final ClusterOption cluster = new ClusterOption();

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why, for whoever finds it next year.")
  private String reason = "";

  @Option(
      names = "--until",
      converter = DayOrTime.class,
      paramLabel = "DATE",
      description =
          "The last day, or the moment, such as 2027-06-30 or '2027-06-30 12:00:00+02:00' (default:"
              + " for ever).")
  private @Nullable Instant until;

  @Option(
      names = "--site",
      paramLabel = "SITE",
      description = "On this site of several alone (default: on every site that has it).")
  private @Nullable String site;

  BackupsPinCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return Deed.DONE;
  }

  @Override
  ExitStatus run() {
    Instant now = console.clock().instant();
    if (reason.isBlank()) {
      throw new HoldfastException(
          ExitStatus.USAGE, "could not pin: expected a reason, found none", "Say why.");
    }
    if (until != null && !until.isAfter(now)) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not pin until " + Times.local(until) + ": expected a moment to come",
          "Leave --until out to pin for ever.");
    }
    BackupOnSites sites =
        new BackupOnSites(console, rooms, cluster.name(), Optional.ofNullable(site));
    Told told =
        sites.say(
            sites.find(List.of(id)).getFirst(),
            (backups, backup) -> {
              backups.pin(backup, reason, Optional.ofNullable(until), now);
              return true;
            });
    if (!told.sites().isEmpty()) {
      console.answer(new Pinned(told.id().text(), reason, until, told.sites()));
    }
    return sites.status();
  }

  private record Pinned(String id, String reason, @Nullable Instant until, List<String> sites)
      implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      page.line(
          "backup "
              + id
              + " is pinned "
              + (until == null ? "for ever" : "until " + Times.local(until))
              + BackupOnSites.where(sites)
              + ": "
              + reason);
    }
  }
}
