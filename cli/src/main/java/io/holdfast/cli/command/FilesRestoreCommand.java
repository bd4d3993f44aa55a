package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.restore.FileOwner;
import io.holdfast.operations.restore.FilesRestore;
import io.holdfast.operations.restore.FilesRestore.Restored;
import io.holdfast.repository.BackupId;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "restore",
    description = "Restore a backup of files below a new directory.",
    footerHeading = "%n",
    footer = {
      "Files come to lie there under their whole paths: /var/www/a becomes DIR/var/www/a. Modes and",
      "times are those of the backup; owners too, when run as root."
    })
final class FilesRestoreCommand extends HoldfastCommand {
  private static final int JOBS = 2;

  private final Console console;
  private final Rooms rooms;

  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = {
        "The backup of files: its id, the start of it, or 'latest'. Of a backup of the database: the",
        "files that were backed up with it."
      })
  private String id = "";

  @Option(names = "--to", required = true, paramLabel = "DIR", description = "Where to.")
  private Path to = Path.of("");

  @Option(
      names = "--owner",
      paramLabel = "USER[:GROUP]",
      description = "Who is to own all of it, when run as root (default: as in the backup).")
  private @Nullable String owner;

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      converter = WholeNumber.Jobs.class,
      description = "Worker threads (default: 2).")
  private int jobs = JOBS;

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final SiteOption site = new SiteOption();

  FilesRestoreCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return Deed.DONE;
  }

  @Override
  ExitStatus run() {
    try (OpenCluster open = rooms.readingCluster(cluster.name(), site.from())) {
      BackupId backup = new Backups(open.archive()).findFiles(id);
      concerns(backup);
      Restored restored =
          new FilesRestore(open.archive(), console.progress())
              .run(backup, to, Optional.ofNullable(owner).map(FileOwner::parse), jobs);
      console.answer(View.of(restored));
      return ExitStatus.DONE;
    }
  }

  record View(String backup, String directory, long files, long bytes, double seconds)
      implements Answer {
    static View of(Restored restored) {
      return new View(
          restored.backup().text(),
          restored.directory().toString(),
          restored.files(),
          restored.bytes(),
          restored.took().toMillis() / 1000.0);
    }

    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      page.line(
          String.format(
              Locale.ROOT,
              "restored %,d files of backup %s, %s, below %s in %s",
              files,
              backup,
              ByteSize.format(bytes),
              directory,
              Times.span(java.time.Duration.ofMillis((long) (seconds * 1000)))));
    }
  }
}
