package io.holdfast.cli.command;

import io.holdfast.cli.command.BackupOnSites.Told;
import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.repository.BackupId;
import io.holdfast.vocabulary.ExitStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "undelete",
    description = "Bring back backups that prune removed, as long as they are not purged.",
    footerHeading = "%n",
    footer = "The next prune removes them again, unless a rule keeps them or they are pinned.")
final class BackupsUndeleteCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Parameters(
      paramLabel = "ID",
      arity = "1..*",
      description = "The backups: ids, or the start of them.")
  private List<String> ids = new ArrayList<>();

  @Mixin private final ClusterOption cluster = new ClusterOption();

  @Option(
      names = "--site",
      paramLabel = "SITE",
      description = "On this site of several alone (default: on every site that has it).")
  private @Nullable String site;

  BackupsUndeleteCommand(Console console, Rooms rooms) {
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
    BackupOnSites sites =
        new BackupOnSites(console, rooms, cluster.name(), Optional.ofNullable(site));
    List<Item> items = new ArrayList<>();
    for (BackupId each : sites.find(ids)) {
      Told told = sites.say(each, (backups, id) -> backups.undelete(id, now));
      if (!told.sites().isEmpty()) {
        items.add(new Item(each.text(), told.changed(), told.sites(), told.without()));
      }
    }
    console.answer(new Undeleted(items));
    return sites.status();
  }

  record Item(String id, boolean wasRemoved, List<String> sites, List<String> sitesWithout) {}

  private record Undeleted(List<Item> backups) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      for (Item item : backups) {
        page.line(
            "backup "
                + item.id()
                + (item.wasRemoved() ? " is back" : " was not removed")
                + BackupOnSites.where(item.sites()));
        item.sitesWithout()
            .forEach(site ->
                page.line(
                    "site "
                        + site
                        + " does not have it; 'holdfast sync "
                        + site
                        + " --all' brings it"));
      }
      backups.stream()
          .filter(Item::wasRemoved)
          .findFirst()
          .ifPresent(item ->
              page.line(
                  "The next prune removes it again if no rule keeps it; 'holdfast backups pin "
                      + item.id()
                      + " --reason …' keeps it."));
    }
  }
}
