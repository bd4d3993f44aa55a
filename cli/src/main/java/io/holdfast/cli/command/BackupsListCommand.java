package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.notes.Standing;
import io.holdfast.repository.BackupId;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "list", description = "List the backups, oldest first.")
final class BackupsListCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Mixin private final ClusterChoice cluster = new ClusterChoice();

  @Mixin private final SiteOption site = new SiteOption();

  @Option(
      names = "--all",
      description = "Also those that were removed and can still be brought back.")
  private boolean all;

  BackupsListCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    List<BackupView> there = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    rooms.eachCluster(cluster.name(), site.from(), open -> collect(open, there, unreadable));
    List<BackupView> shown = there.stream().filter(each -> all || each.removal() == null).toList();
    console.answer(new Listed(shown, unreadable));
    int hidden = there.size() - shown.size();
    if (hidden > 0) {
      console.note(
          hidden
              + (hidden == 1 ? " backup was removed and waits" : " backups were removed and wait")
              + " to be purged: --all shows "
              + (hidden == 1 ? "it" : "them"));
    }
    return unreadable.isEmpty() ? ExitStatus.DONE : ExitStatus.REPOSITORY_FAILED;
  }

  private void collect(OpenCluster open, List<BackupView> into, List<Unreadable> unreadable) {
    Backups backups = new Backups(open.archive());
    Map<BackupId, Standing> standings = backups.standings();
    backups
        .list((id, why) -> {
          unreadable.add(new Unreadable(open.name(), id.text()));
          console.warn(
              "backup "
                  + id
                  + " of cluster "
                  + open.name()
                  + " cannot be read: "
                  + why.getMessage());
        })
        .forEach(each ->
            into.add(
                BackupView.of(
                    open.name(), each, standings.getOrDefault(each.id(), Standing.PLAIN))));
  }

  private record Unreadable(String cluster, String id) {}

  private record Listed(List<BackupView> backups, List<Unreadable> unreadable) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      if (backups.isEmpty() && unreadable.isEmpty()) {
        page.line("There are no backups yet. 'holdfast backup' makes one.");
        return;
      }
      Table table =
          new Table()
              .left("CLUSTER")
              .left("BACKUP")
              .left("KIND")
              .left("CHANGES")
              .left("TAKEN")
              .right("TOOK")
              .right("SIZE")
              .right("STORED")
              .left("CHECKED");
      boolean told = backups.stream().anyMatch(each -> !each.said().isEmpty());
      if (told) {
        table.left("NOTE");
      }
      for (BackupView each : backups) {
        List<String> cells =
            new ArrayList<>(
                List.of(
                    each.cluster(),
                    each.id(),
                    each.kind(),
                    each.changes() == null ? "" : each.changes().foundBy(),
                    Times.local(each.started()),
                    Times.span(Duration.ofMillis((long) (each.seconds() * 1000))),
                    ByteSize.format(each.bytes()),
                    ByteSize.format(each.bytesStored()),
                    each.state()));
        row(table, cells, told ? each.said() : null);
      }
      for (Unreadable each : unreadable) {
        List<String> cells =
            new ArrayList<>(
                List.of(each.cluster(), each.id(), "", "", "", "", "", "", "UNREADABLE"));
        row(table, cells, told ? "" : null);
      }
      page.table(table);
    }

    private static void row(Table table, List<String> cells, @Nullable String note) {
      if (note != null) {
        cells.add(note);
      }
      table.row(cells.toArray(String[]::new));
    }
  }
}
