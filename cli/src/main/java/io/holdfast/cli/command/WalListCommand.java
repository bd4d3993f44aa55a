package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalGap;
import io.holdfast.operations.wal.WalInventory;
import io.holdfast.operations.wal.WalRange;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "list",
    description = "List what the WAL archive has, and its gaps.",
    footerHeading = "%n",
    footer = "Exit status 1 means: there are gaps.")
final class WalListCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Mixin private final ClusterChoice cluster = new ClusterChoice();

  @Mixin private final SiteOption site = new SiteOption();

  WalListCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    List<ServerWal> servers = new ArrayList<>();
    rooms.eachCluster(cluster.name(), site.from(), open -> collect(open, servers));
    console.answer(new Listed(servers));
    return servers.stream().allMatch(server -> server.gaps().isEmpty())
        ? ExitStatus.DONE
        : ExitStatus.NO;
  }

  private static void collect(OpenCluster open, List<ServerWal> into) {
    for (long system : WalArchive.systemIdentifiers(open.archive())) {
      WalArchive.find(open.archive(), system)
          .ifPresent(wal -> into.add(ServerWal.of(open.name(), system, wal.inventory())));
    }
  }

  record Stretch(int timeline, String from, String to, long bytes, boolean unfinishedSegment) {
    static Stretch of(WalRange range) {
      return new Stretch(
          range.timeline(),
          range.from().toString(),
          range.to().toString(),
          range.bytes(),
          range.partialTail());
    }
  }

  record Gap(
      int timeline,
      String from,
      String to,
      String firstSegment,
      String lastSegment,
      long segments) {
    static Gap of(WalGap gap) {
      return new Gap(
          gap.timeline(),
          gap.from().toString(),
          gap.to().toString(),
          gap.firstSegment(),
          gap.lastSegment(),
          gap.segments());
    }
  }

  record ServerWal(
      String cluster,
      String systemIdentifier,
      int segmentSize,
      long segments,
      long storedBytes,
      List<Stretch> stretches,
      List<Gap> gaps) {
    static ServerWal of(String cluster, long system, WalInventory inventory) {
      return new ServerWal(
          cluster,
          Long.toUnsignedString(system),
          inventory.segmentSize(),
          inventory.segments(),
          inventory.storedBytes(),
          inventory.ranges().values().stream().flatMap(List::stream).map(Stretch::of).toList(),
          inventory.gaps().stream().map(Gap::of).toList());
    }

    void print(Page page) {
      page.line(
          "cluster "
              + cluster
              + ", system identifier "
              + systemIdentifier
              + ": "
              + segments
              + " segments of "
              + segmentSize / (1 << 20)
              + " MiB, "
              + ByteSize.format(storedBytes)
              + " stored");
      Table table = new Table().right("TIMELINE").left("FROM").left("TO").right("WAL").left("");
      for (Stretch each : stretches) {
        table.row(
            Integer.toUnsignedString(each.timeline()),
            each.from(),
            each.to(),
            ByteSize.format(each.bytes()),
            each.unfinishedSegment() ? "ends in an unfinished segment" : "");
      }
      page.table(table);
      for (Gap gap : gaps) {
        page.line(
            "GAP on timeline "
                + Integer.toUnsignedString(gap.timeline())
                + ": "
                + (gap.segments() == 1
                    ? "1 segment is missing, " + gap.firstSegment()
                    : gap.segments()
                        + " segments are missing, "
                        + gap.firstSegment()
                        + " to "
                        + gap.lastSegment()));
      }
    }
  }

  record Listed(List<ServerWal> servers) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      if (servers.isEmpty()) {
        page.line("There is no WAL in the repository yet. 'holdfast wal receive' brings it there.");
      }
      servers.forEach(server -> server.print(page));
    }
  }
}
