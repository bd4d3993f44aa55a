package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Times;
import io.holdfast.operations.backup.BackupSummary;
import io.holdfast.operations.files.FilesDetails;
import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.operations.notes.Standing;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.physical.PhysicalDetails.Changes;
import io.holdfast.operations.physical.PhysicalDetails.DamagedPage;
import io.holdfast.operations.physical.PhysicalDetails.Findings;
import io.holdfast.operations.physical.PhysicalDetails.Window;
import io.holdfast.repository.BackupId;
import io.holdfast.s3.RequestCounts;
import io.holdfast.vocabulary.ByteSize;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The documented JSON of one backup, and its lines for a person. */
record BackupView(
    String id,
    String cluster,
    String kind,
    Instant started,
    Instant finished,
    double seconds,
    long files,
    long bytes,
    long bytesRead,
    long bytesStored,
    long bytesInherited,
    @Nullable String parent,
    @Nullable ChangesView changes,
    @Nullable ServerView server,
    @Nullable WalView wal,
    @Nullable PagesView pages,
    @Nullable LogicalView logical,
    @Nullable FilesView ofFiles,
    List<String> notes,
    @Nullable PinView pin,
    @Nullable RemovalView removal,
    @Nullable List<String> sitesLeftOut,
    @Nullable Map<String, Long> requests) {

  /** How it was found what had changed, and what a sample of the inherited pages gave. */
  record ChangesView(String foundBy, String why, long audited, long hintBits, long changing) {}

  record ServerView(
      String version, String systemIdentifier, String dataDirectory, boolean checksums) {}

  record WalView(
      String start,
      int startTimeline,
      String stop,
      int stopTimeline,
      Instant consistentFrom,
      boolean fromStandby,
      String receivedBy) {}

  record PagesView(
      long checked, long changing, long damaged, List<DamagedPage> first, List<String> oddFiles) {}

  /**
   * What a logical backup holds.
   *
   * @param from when the first database was dumped as of; {@code to} of the last one
   * @param oneMoment whether no transaction ended in between
   */
  record LogicalView(
      String serverVersion,
      @Nullable String systemIdentifier,
      String clientVersion,
      Instant from,
      Instant to,
      boolean oneMoment,
      boolean rolePasswords,
      boolean checksums,
      List<DatabaseView> databases,
      List<String> notSaved) {}

  /**
   * What a backup of files holds.
   *
   * @param database the backup of the database that was taken in the same run
   */
  record FilesView(
      List<String> directories, List<String> exclude, @Nullable String database, long unchanged) {}

  record DatabaseView(
      String name, long bytes, long bytesNew, long tables, long rows, long largeObjects) {}

  /**
   * Why it is kept whatever retention says.
   *
   * @param until null for ever
   */
  record PinView(String reason, Instant since, @Nullable Instant until) {}

  /**
   * That it was removed.
   *
   * @param purgeAfter until then it can be brought back
   */
  record RemovalView(String reason, Instant since, Instant purgeAfter) {}

  static BackupView of(String cluster, BackupSummary summary) {
    return of(cluster, summary, Standing.PLAIN);
  }

  static BackupView of(String cluster, BackupSummary summary, Standing standing) {
    PhysicalDetails physical = summary.physical().orElse(null);
    LogicalDetails logical = summary.logical().orElse(null);
    FilesDetails files = summary.ofFiles().orElse(null);
    return new BackupView(
        summary.id().text(),
        cluster,
        summary.kind(),
        summary.started(),
        summary.finished(),
        summary.took().toMillis() / 1000.0,
        summary.totals().files(),
        summary.totals().bytes(),
        summary.totals().bytesRead(),
        summary.totals().bytesStored(),
        summary.totals().bytesInherited(),
        summary.parent().map(BackupId::text).orElse(null),
        physical == null ? null : changes(physical.changes()),
        physical == null ? null : server(physical),
        physical == null ? null : wal(physical.window()),
        physical == null ? null : pages(physical.findings()),
        logical == null ? null : logical(logical),
        files == null ? null : files(files),
        notes(summary),
        standing
            .pin()
            .map(pin -> new PinView(pin.reason(), pin.since(), pin.until().orElse(null)))
            .orElse(null),
        standing
            .removal()
            .map(
                removal -> new RemovalView(removal.reason(), removal.since(), removal.purgeAfter()))
            .orElse(null),
        null,
        null);
  }

  /**
   * As it was just taken.
   *
   * @param sites that do not have it
   */
  BackupView without(List<String> sites) {
    return with(sites, requests);
  }

  /** With what it asked of a bucket, which costs money. */
  BackupView with(RequestCounts counts) {
    Map<String, Long> asked = new LinkedHashMap<>();
    counts.all().forEach((kind, count) -> asked.put(kind.name(), count));
    return with(sitesLeftOut, asked);
  }

  private BackupView with(@Nullable List<String> leftOut, @Nullable Map<String, Long> asked) {
    return new BackupView(
        id,
        cluster,
        kind,
        started,
        finished,
        seconds,
        files,
        bytes,
        bytesRead,
        bytesStored,
        bytesInherited,
        parent,
        changes,
        server,
        wal,
        pages,
        logical,
        ofFiles,
        notes,
        pin,
        removal,
        leftOut,
        asked);
  }

  private static List<String> notes(BackupSummary summary) {
    return summary
        .physical()
        .map(PhysicalDetails::notes)
        .or(() -> summary.logical().map(LogicalDetails::notes))
        .or(() -> summary.ofFiles().map(FilesDetails::notes))
        .orElse(List.of());
  }

  private static FilesView files(FilesDetails details) {
    return new FilesView(
        details.directories(),
        details.exclude(),
        details.database().map(BackupId::text).orElse(null),
        details.unchanged());
  }

  private static ChangesView changes(Changes changes) {
    return new ChangesView(
        changes.foundBy(),
        changes.why(),
        changes.audit().pages(),
        changes.audit().hintBits(),
        changes.audit().changing());
  }

  private static LogicalView logical(LogicalDetails details) {
    OptionalLong system = details.server().systemIdentifier();
    return new LogicalView(
        details.server().version(),
        system.isPresent() ? Long.toUnsignedString(system.getAsLong()) : null,
        details.client(),
        details.moment().first(),
        details.moment().last(),
        details.moment().same(),
        details.rolePasswords(),
        details.checksums(),
        details.databases().stream()
            .map(each ->
                new DatabaseView(
                    each.name(),
                    each.bytes(),
                    each.bytesNew(),
                    each.tables(),
                    each.rows(),
                    each.largeObjects()))
            .toList(),
        details.notSaved());
  }

  private static ServerView server(PhysicalDetails details) {
    return new ServerView(
        details.server().version(),
        Long.toUnsignedString(details.server().systemIdentifier()),
        details.server().dataDirectory(),
        details.server().checksummed());
  }

  private static WalView wal(Window window) {
    return new WalView(
        window.start().toString(),
        window.startTimeline(),
        window.stop().toString(),
        window.stopTimeline(),
        window.stopped(),
        window.fromStandby(),
        window.walFrom());
  }

  private static PagesView pages(Findings findings) {
    return new PagesView(
        findings.pagesChecked(),
        findings.pagesChanging(),
        findings.damagedPages(),
        findings.damaged(),
        findings.oddFiles());
  }

  /** What was said of it; empty if nothing was. */
  String said() {
    if (removal != null) {
      return "removed, can be brought back until " + Times.local(removal.purgeAfter());
    }
    return pin == null
        ? ""
        : "pinned"
            + (pin.until() == null ? "" : " until " + Times.local(pin.until()))
            + ": "
            + pin.reason();
  }

  /** One word for a list. */
  String state() {
    if (logical != null) {
      return logical.notSaved().isEmpty() ? "counted" : "counted, in part";
    }
    if (ofFiles != null) {
      return "";
    }
    if (pages == null || pages.checked() == 0) {
      return "unchecked";
    }
    return pages.damaged() == 0 ? "sound" : "DAMAGED";
  }

  void print(Page page) {
    page.field(12, "backup", id + " of cluster " + cluster + ", " + kind);
    if (!said().isEmpty()) {
      page.field(12, removal == null ? "kept" : "REMOVED", said());
    }
    page.field(12, "taken", Times.local(started) + ", in " + seconds + " s");
    page.field(
        12,
        "size",
        String.format(
            Locale.ROOT,
            "%s in %,d files; read %s, stored %s, inherited %s",
            ByteSize.format(bytes),
            files,
            ByteSize.format(bytesRead),
            ByteSize.format(bytesStored),
            ByteSize.format(bytesInherited)));
    if (changes != null) {
      page.field(12, "changes", changes.foundBy() + ": " + changes.why());
    }
    if (changes != null && changes.audited() > 0) {
      page.field(
          12,
          "audit",
          changes.audited()
              + " inherited pages compared with the server's: "
              + changes.changing()
              + " changed since, "
              + changes.hintBits()
              + " differ in hint bits only, the rest equal");
    }
    if (server != null) {
      page.field(
          12, "server", server.version() + ", system identifier " + server.systemIdentifier());
      page.field(12, "directory", server.dataDirectory());
    }
    if (wal != null) {
      page.field(
          12,
          "WAL",
          wal.start()
              + " to "
              + wal.stop()
              + ", timeline "
              + wal.stopTimeline()
              + (wal.fromStandby() ? ", from a standby" : ""));
      page.field(12, "restorable", "from " + Times.local(wal.consistentFrom()) + " on");
    }
    if (pages != null) {
      printPages(page, pages);
    }
    if (logical != null) {
      printLogical(page, logical);
    }
    if (ofFiles != null) {
      printFiles(page, ofFiles);
    }
    if (sitesLeftOut != null && !sitesLeftOut.isEmpty()) {
      page.field(
          12, "LEFT OUT", String.join(", ", sitesLeftOut) + ": 'holdfast sync' brings it there");
    }
    if (requests != null) {
      page.field(12, "requests", requestLine(requests));
    }
    notes.forEach(note -> page.field(12, "note", note));
  }

  private static void printFiles(Page page, FilesView files) {
    files.directories().forEach(directory -> page.field(12, "directory", directory));
    if (!files.exclude().isEmpty()) {
      page.field(12, "without", String.join(", ", files.exclude()));
    }
    page.field(12, "unchanged", String.format(Locale.ROOT, "%,d files", files.unchanged()));
    if (files.database() != null) {
      page.field(12, "database", "backup " + files.database() + ", taken just before");
    }
  }

  private static void printLogical(Page page, LogicalView logical) {
    page.field(
        12,
        "server",
        logical.serverVersion() + ", dumped by programs of " + logical.clientVersion());
    page.field(
        12,
        "as of",
        logical.oneMoment()
            ? Times.local(logical.from()) + ", all databases of one moment"
            : Times.local(logical.from()) + " to " + Times.local(logical.to()));
    for (DatabaseView each : logical.databases()) {
      page.field(
          12,
          "database",
          String.format(
              Locale.ROOT,
              "%s: %,d rows in %,d tables, dump of %s, of it new %s",
              each.name(),
              each.rows(),
              each.tables(),
              ByteSize.format(each.bytes()),
              ByteSize.format(each.bytesNew())));
    }
    logical.notSaved().forEach(what -> page.field(12, "NOT SAVED", what));
  }

  private static String requestLine(Map<String, Long> requests) {
    return requests.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .map(entry -> String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
        .collect(Collectors.joining(", "));
  }

  private static void printPages(Page page, PagesView pages) {
    page.field(
        12,
        "pages",
        String.format(Locale.ROOT, "%,d checked, %,d damaged", pages.checked(), pages.damaged()));
    for (DamagedPage damaged : pages.first()) {
      page.field(12, "DAMAGED", damaged.path() + " block " + damaged.block());
    }
    pages.oddFiles().forEach(path -> page.field(12, "odd length", path));
  }
}
