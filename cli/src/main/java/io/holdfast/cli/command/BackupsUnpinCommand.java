package io.holdfast.cli.command;

import io.holdfast.cli.command.BackupOnSites.Told;
import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.vocabulary.ExitStatus;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "unpin", description = "End a pin: retention decides again.")
final class BackupsUnpinCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Parameters(paramLabel = "ID", description = "The backup: its id, or the start of it.")
  private String id = "";

  @Mixin private final ClusterOption cluster = new ClusterOption();

  @Option(
      names = "--site",
      paramLabel = "SITE",
      description = "On this site of several alone (default: on every site that has it).")
  private @Nullable String site;

  BackupsUnpinCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return Deed.DONE;
  }

  @Override
  ExitStatus run() {
    BackupOnSites sites =
        new BackupOnSites(console, rooms, cluster.name(), Optional.ofNullable(site));
    Told told =
        sites.say(
            sites.find(List.of(id)).getFirst(),
            (backups, backup) -> backups.unpin(backup, console.clock().instant()));
    if (!told.sites().isEmpty()) {
      console.answer(new Unpinned(told.id().text(), told.changed(), told.sites()));
    }
    return sites.status();
  }

  private record Unpinned(String id, boolean wasPinned, List<String> sites) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      page.line(
          "backup "
              + id
              + (wasPinned ? " is no longer pinned" : " was not pinned")
              + BackupOnSites.where(sites));
    }
  }
}
