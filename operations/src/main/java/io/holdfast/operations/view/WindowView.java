package io.holdfast.operations.view;

import io.holdfast.operations.status.RecoverableWindow;
import io.holdfast.operations.wal.WalGap;
import io.holdfast.postgres.Lsn;
import io.holdfast.repository.BackupId;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Every moment in it can be restored.
 *
 * @param backups that it can be restored from, oldest first
 * @param missingBefore the WAL whose absence parts it from the window before
 */
public record WindowView(
    Instant from,
    Instant to,
    String fromLsn,
    String toLsn,
    int timeline,
    List<String> backups,
    List<GapView> missingBefore) {
  /** WAL that is missing between WAL that is there. */
  public record GapView(
      int timeline,
      String fromLsn,
      String toLsn,
      String firstSegment,
      String lastSegment,
      long segments) {
    static GapView of(WalGap gap) {
      return new GapView(
          gap.timeline(),
          gap.from().toString(),
          gap.to().toString(),
          gap.firstSegment(),
          gap.lastSegment(),
          gap.segments());
    }
  }

  /**
   * Whether what a receiver stores continues it without a hole.
   *
   * @param receiver as it was before the window was looked for
   */
  public boolean isContinuedBy(ReceiverView receiver) {
    return receiver.durable() != null
        && Objects.equals(receiver.timeline(), timeline)
        && !Lsn.parse(receiver.durable()).isAfter(Lsn.parse(toLsn));
  }

  static WindowView of(RecoverableWindow window) {
    return new WindowView(
        window.from(),
        window.to(),
        window.fromLsn().toString(),
        window.toLsn().toString(),
        window.timeline(),
        window.backups().stream().map(BackupId::text).toList(),
        window.missingBefore().stream().map(GapView::of).toList());
  }
}
