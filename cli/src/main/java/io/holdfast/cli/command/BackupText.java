package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Times;
import io.holdfast.operations.physical.PhysicalDetails.DamagedPage;
import io.holdfast.operations.view.BackupView;
import io.holdfast.operations.view.BackupView.ChangesView;
import io.holdfast.operations.view.BackupView.DatabaseView;
import io.holdfast.operations.view.BackupView.FilesView;
import io.holdfast.operations.view.BackupView.LogicalView;
import io.holdfast.operations.view.BackupView.PagesView;
import io.holdfast.operations.view.BackupView.PinView;
import io.holdfast.operations.view.BackupView.RemovalView;
import io.holdfast.operations.view.BackupView.ServerView;
import io.holdfast.operations.view.BackupView.WalView;
import io.holdfast.s3.RequestCounts;
import io.holdfast.vocabulary.ByteSize;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** One backup, as it is said. */
final class BackupText {
  private BackupText() {}

  /** What was asked of a bucket, by kind. */
  static Map<String, Long> asked(RequestCounts counts) {
    Map<String, Long> asked = new LinkedHashMap<>();
    counts.all().forEach((kind, count) -> asked.put(kind.name(), count));
    return asked;
  }

  /** What was said of it; empty if nothing was. */
  static String said(BackupView view) {
    PinView pin = view.pin();
    RemovalView removal = view.removal();
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
  static String state(BackupView view) {
    LogicalView logical = view.logical();
    PagesView pages = view.pages();
    if (logical != null) {
      return logical.notSaved().isEmpty() ? "counted" : "counted, in part";
    }
    if (view.ofFiles() != null) {
      return "";
    }
    if (pages == null || pages.checked() == 0) {
      return "unchecked";
    }
    return pages.damaged() == 0 ? "sound" : "DAMAGED";
  }

  static void print(Page page, BackupView view) {
    ChangesView changes = view.changes();
    ServerView server = view.server();
    WalView wal = view.wal();
    PagesView pages = view.pages();
    LogicalView logical = view.logical();
    FilesView ofFiles = view.ofFiles();
    List<String> sitesLeftOut = view.sitesLeftOut();
    Map<String, Long> requests = view.requests();
    page.field(12, "backup", view.id() + " of cluster " + view.cluster() + ", " + view.kind());
    if (!said(view).isEmpty()) {
      page.field(12, view.removal() == null ? "kept" : "REMOVED", said(view));
    }
    page.field(12, "taken", Times.local(view.started()) + ", in " + view.seconds() + " s");
    page.field(
        12,
        "size",
        String.format(
            Locale.ROOT,
            "%s in %,d files; read %s, stored %s, inherited %s",
            ByteSize.format(view.bytes()),
            view.files(),
            ByteSize.format(view.bytesRead()),
            ByteSize.format(view.bytesStored()),
            ByteSize.format(view.bytesInherited())));
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
    view.notes().forEach(note -> page.field(12, "note", note));
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
