package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.backup.Backups;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.StoredFile;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "list", description = "List the files of a backup of files.")
final class FilesListCommand extends HoldfastCommand {
  private static final int MODE_DIGITS = 8;

  private final Console console;
  private final Rooms rooms;

  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "The backup: its id, the start of it, or 'latest'.")
  private String id = "";

  @Option(
      names = "--below",
      paramLabel = "PATH",
      description = "Only what lies below this directory, or this file.")
  private @Nullable String below;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most that many entries (default: 1000).")
  private int limit = 1000;

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final SiteOption site = new SiteOption();

  FilesListCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    try (OpenCluster open = rooms.readingCluster(cluster.name(), site.from())) {
      Backups backups = new Backups(open.archive());
      BackupId backup = backups.findFiles(id);
      List<OneFile> found = new ArrayList<>();
      long[] more = new long[1];
      backups.files(
          backup,
          file -> {
            if (!isWanted(file)) {
              return;
            }
            if (found.size() < limit) {
              found.add(OneFile.of(file));
            } else {
              more[0]++;
            }
          });
      if (found.isEmpty() && more[0] == 0 && below != null) {
        throw new HoldfastException(
            ExitStatus.USAGE,
            "backup " + backup + " has nothing that is '" + below + "' or lies below it",
            "`holdfast files list` without --below shows what it has; paths are whole ones.");
      }
      console.answer(new Listed(backup.text(), found, more[0]));
      return ExitStatus.DONE;
    }
  }

  private boolean isWanted(StoredFile file) {
    if (below == null) {
      return true;
    }
    String wanted = below.replaceFirst("^/+", "").replaceFirst("/+$", "");
    if (wanted.isEmpty()) {
      return true;
    }
    return file.path().equals(wanted) || file.path().startsWith(wanted + "/");
  }

  record OneFile(
      String path,
      String kind,
      String mode,
      String owner,
      String group,
      long bytes,
      Instant modified,
      @Nullable String target) {
    static OneFile of(StoredFile file) {
      return new OneFile(
          "/" + RawName.readable(file.path()),
          file.kind().name().toLowerCase(java.util.Locale.ROOT),
          Integer.toString(file.mode(), MODE_DIGITS),
          file.owner(),
          file.group(),
          file.length(),
          file.modified(),
          file.target().isEmpty() ? null : RawName.readable(file.target()));
    }
  }

  /**
   * @param more entries that are not shown
   */
  record Listed(String backup, List<OneFile> files, long more) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      Table table =
          new Table().left("MODE").left("OWNER").right("SIZE").left("MODIFIED").left("PATH");
      for (OneFile each : files) {
        table.row(
            each.mode(),
            each.owner() + ":" + each.group(),
            each.kind().equals("file") ? ByteSize.format(each.bytes()) : each.kind(),
            Times.local(each.modified()),
            each.path() + (each.target() == null ? "" : " -> " + each.target()));
      }
      page.table(table);
      if (more > 0) {
        page.line("and " + more + " more; --below and --limit show others");
      }
    }
  }
}
