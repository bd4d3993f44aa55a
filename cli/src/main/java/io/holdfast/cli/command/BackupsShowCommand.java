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
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.physical.PhysicalDetails.StoredDatabase;
import io.holdfast.postgres.ServerSession.Setting;
import io.holdfast.postgres.ServerSession.Tablespace;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.StoredFile;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
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
      console.answer(Shown.of(BackupView.of(open.name(), summary, standing), summary, manifest));
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

  record Shown(
      BackupView backup,
      List<StoredDatabase> databases,
      List<Tablespace> tablespaces,
      Map<String, String> extensions,
      Map<String, String> settings,
      List<String> configFiles,
      Map<String, Double> stepSeconds,
      int packs,
      int inheritedPacks,
      String writtenBy)
      implements Answer {
    static Shown of(BackupView view, BackupSummary summary, Manifest manifest) {
      Map<String, String> settings = new TreeMap<>();
      Map<String, Double> steps = new TreeMap<>();
      PhysicalDetails details = summary.physical().orElse(null);
      if (details != null) {
        for (Setting setting : details.settings()) {
          settings.put(setting.name(), shown(setting));
        }
        details.effort().durations().forEach((step, took) -> steps.put(step, seconds(took)));
      }
      int own =
          (int)
              manifest.packs().stream()
                  .filter(use -> use.pack().backup().equals(manifest.id()))
                  .count();
      return new Shown(
          view,
          details == null ? List.of() : details.databases(),
          details == null ? List.of() : details.tablespaces(),
          details == null ? Map.of() : details.extensions(),
          settings,
          details == null
              ? List.of()
              : details.configFiles().stream().map(PhysicalDetails.ConfigFile::location).toList(),
          steps,
          own,
          manifest.packs().size() - own,
          manifest.writtenBy());
    }

    /** A unit may itself be a number: 16384 of 8kB are not 163848kB. */
    private static String shown(Setting setting) {
      boolean counted = !setting.unit().isEmpty() && Character.isDigit(setting.unit().charAt(0));
      return setting.value() + (counted ? " × " : "") + setting.unit();
    }

    private static double seconds(Duration took) {
      return took.toMillis() / 1000.0;
    }

    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      backup.print(page);
      page.field(12, "packs", packs + " own, " + inheritedPacks + " of earlier backups");
      page.field(12, "written by", writtenBy);
      stepSeconds.forEach((step, took) -> page.field(12, "took", step + " " + took + " s"));
      tablespaces.forEach(each ->
          page.field(12, "tablespace", each.name() + " (" + each.oid() + ") " + each.location()));
      configFiles.forEach(each -> page.field(12, "config", each));
      extensions.forEach((name, version) -> page.field(12, "extension", name + " " + version));
      if (databases.isEmpty()) {
        return;
      }
      page.blank();
      Table table = new Table().left("DATABASE").right("SIZE").left("ENCODING").left("COLLATION");
      databases.forEach(each ->
          table.row(each.name(), ByteSize.format(each.size()), each.encoding(), each.collate()));
      page.table(table);
      page.blank();
      settings.forEach((name, value) -> page.line(name + " = " + value));
    }
  }
}
