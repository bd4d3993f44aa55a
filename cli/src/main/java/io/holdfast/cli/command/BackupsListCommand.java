package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.backup.Backups;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "list", description = "List the backups, oldest first.")
final class BackupsListCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Mixin private final ClusterChoice cluster = new ClusterChoice();

  @Mixin private final SiteOption site = new SiteOption();

  BackupsListCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    List<BackupView> found = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    rooms.eachCluster(cluster.name(), site.name(), open -> collect(open, found, unreadable));
    console.answer(new Listed(found, unreadable));
    return unreadable.isEmpty() ? ExitStatus.DONE : ExitStatus.REPOSITORY_FAILED;
  }

  private void collect(OpenCluster open, List<BackupView> into, List<Unreadable> unreadable) {
    new Backups(open.archive())
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
        .forEach(each -> into.add(BackupView.of(open.name(), each)));
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
              .left("PAGES");
      for (BackupView each : backups) {
        table.row(
            each.cluster(),
            each.id(),
            each.kind(),
            each.changes() == null ? "" : each.changes().foundBy(),
            Times.local(each.started()),
            Times.span(Duration.ofMillis((long) (each.seconds() * 1000))),
            ByteSize.format(each.bytes()),
            ByteSize.format(each.bytesStored()),
            each.state());
      }
      for (Unreadable each : unreadable) {
        table.row(each.cluster(), each.id(), "", "", "", "", "", "", "UNREADABLE");
      }
      page.table(table);
    }
  }
}
