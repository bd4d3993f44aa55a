package io.holdfast.operations.view;

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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One backup. */
public record BackupView(
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
  public record ChangesView(
      String foundBy, String why, long audited, long hintBits, long changing) {}

  public record ServerView(
      String version, String systemIdentifier, String dataDirectory, boolean checksums) {}

  public record WalView(
      String start,
      int startTimeline,
      String stop,
      int stopTimeline,
      Instant consistentFrom,
      boolean fromStandby,
      String receivedBy) {}

  public record PagesView(
      long checked, long changing, long damaged, List<DamagedPage> first, List<String> oddFiles) {}

  /**
   * What a logical backup holds.
   *
   * @param from when the first database was dumped as of; {@code to} of the last one
   * @param oneMoment whether no transaction ended in between
   */
  public record LogicalView(
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
  public record FilesView(
      List<String> directories, List<String> exclude, @Nullable String database, long unchanged) {}

  public record DatabaseView(
      String name, long bytes, long bytesNew, long tables, long rows, long largeObjects) {}

  /**
   * Why it is kept whatever retention says.
   *
   * @param until null for ever
   */
  public record PinView(String reason, Instant since, @Nullable Instant until) {}

  /**
   * That it was removed.
   *
   * @param purgeAfter until then it can be brought back
   */
  public record RemovalView(String reason, Instant since, Instant purgeAfter) {}

  public static BackupView of(String cluster, BackupSummary summary) {
    return of(cluster, summary, Standing.PLAIN);
  }

  public static BackupView of(String cluster, BackupSummary summary, Standing standing) {
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
  public BackupView without(List<String> sites) {
    return with(sites, requests);
  }

  /** With what it asked of a bucket, which costs money: by kind. */
  public BackupView asking(Map<String, Long> counts) {
    return with(sitesLeftOut, counts);
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
}
