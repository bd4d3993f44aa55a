package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.backup.BackupSummary;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.notes.Standing;
import io.holdfast.operations.view.BackupDetailView;
import io.holdfast.operations.view.BackupView;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.StoredFile;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Show everything about one backup.")
final class BackupsShowCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Parameters(paramLabel = "ID", description = "The backup: its id, the start of it, or 'latest'.")
  private String id = "";

  @Mixin private final ClusterOption cluster = new ClusterOption();

  @Option(names = "--files", description = "List the stored files too.")
  private boolean files;

  @Mixin private final SiteOption site = new SiteOption();

  BackupsShowCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    try (OpenCluster open = rooms.readingCluster(cluster.name(), site.from())) {
      Backups backups = new Backups(open.archive());
      var found = backups.find(id);
      BackupSummary summary = backups.show(found);
      Manifest manifest = backups.manifest(found);
      Standing standing = backups.standings().getOrDefault(found, Standing.PLAIN);
      console.answer(
          new Shown(
              BackupDetailView.of(
                  BackupView.of(open.name(), summary, standing), summary, manifest)));
      if (files) {
        backups.files(found, this::printFile);
      }
      return ExitStatus.DONE;
    }
  }

  /** One line each, printed as they come: a backup can have millions. */
  private void printFile(StoredFile file) {
    console.answer(FileLine.of(file));
  }

  record FileLine(String path, String kind, String mode, String owner, String group, long length)
      implements Answer {
    static FileLine of(StoredFile file) {
      return new FileLine(
          RawName.readable(file.path()),
          file.kind().name().toLowerCase(Locale.ROOT),
          String.format(Locale.ROOT, "%04o", file.mode()),
          file.owner(),
          file.group(),
          file.length());
    }

    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      page.line(
          String.format(Locale.ROOT, "%s %s %14d %s", mode, kind.substring(0, 1), length, path));
    }
  }

  private record Shown(BackupDetailView detail) implements Answer {
    @Override
    public Object json() {
      return detail;
    }

    @Override
    public void print(Page page) {
      BackupText.print(page, detail.backup());
      page.field(
          12, "packs", detail.packs() + " own, " + detail.inheritedPacks() + " of earlier backups");
      page.field(12, "written by", detail.writtenBy());
      detail
          .stepSeconds()
          .forEach((step, took) -> page.field(12, "took", step + " " + took + " s"));
      detail
          .tablespaces()
          .forEach(each ->
              page.field(
                  12, "tablespace", each.name() + " (" + each.oid() + ") " + each.location()));
      detail.configFiles().forEach(each -> page.field(12, "config", each));
      detail
          .extensions()
          .forEach((name, version) -> page.field(12, "extension", name + " " + version));
      if (detail.databases().isEmpty()) {
        return;
      }
      page.blank();
      Table table = new Table().left("DATABASE").right("SIZE").left("ENCODING").left("COLLATION");
      detail
          .databases()
          .forEach(each ->
              table.row(
                  each.name(), ByteSize.format(each.size()), each.encoding(), each.collate()));
      page.table(table);
      page.blank();
      detail.settings().forEach((name, value) -> page.line(name + " = " + value));
    }
  }
}
