package io.holdfast.operations.proof;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.restore.RecoveryTarget;
import io.holdfast.operations.verify.Fault;
import io.holdfast.operations.verify.Verification;
import io.holdfast.operations.verify.VerifyReport;
import io.holdfast.operations.verify.VerifyReport.BackupVerdict;
import io.holdfast.operations.verify.VerifyRequest;
import io.holdfast.operations.wal.WalGap;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Manifest;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.Progress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The two rungs that need nothing but the repository. */
final class StoredRungs {
  private final ClusterArchive archive;
  private final BackupId id;
  private final Ledger ledger;
  private final Progress progress;
  private final RecoveryTarget target;
  private Set<WalGap> missingBefore = Set.of();

  /**
   * @param target what WAL is looked at beyond the end of the backup depends on
   */
  StoredRungs(
      ClusterArchive archive,
      BackupId id,
      RecoveryTarget target,
      Ledger ledger,
      Progress progress) {
    this.archive = archive;
    this.id = id;
    this.target = target;
    this.ledger = ledger;
    this.progress = progress;
  }

  String stored() {
    VerifyReport report = run(VerifyRequest.stored());
    report.faults().forEach(fault -> write(fault, false));
    missingBefore = later(report).map(LaterWal::gaps).orElse(Set.of());
    return report.figures().packsLookedAt() + " packs lie there in their right sizes";
  }

  String intact(int jobs) {
    VerifyReport report = run(VerifyRequest.intact().withJobs(jobs));
    report.faults().forEach(fault -> write(fault, true));
    later(report).ifPresent(this::check);
    return String.format(
        Locale.ROOT,
        "%s read back and authenticated, %,d pages checked, %,d WAL files",
        ByteSize.format(report.figures().bytesRead()),
        report.figures().pagesChecked(),
        report.figures().walFilesRead());
  }

  /** Nothing of it matters for a copy that ends with its backup, or for one that is damaged. */
  private Optional<LaterWal> later(VerifyReport report) {
    if (target instanceof RecoveryTarget.Immediate
        || report.backups().isEmpty()
        || !report.faults().isEmpty()) {
      return Optional.empty();
    }
    Manifest manifest = archive.open(id).manifest();
    return manifest.kind().equals(PhysicalDetails.KIND)
        ? Optional.of(new LaterWal(archive, PhysicalDetails.of(manifest), ledger))
        : Optional.empty();
  }

  private void check(LaterWal wal) {
    if (wal.checkHistories() && target instanceof RecoveryTarget.Latest) {
      Set<WalGap> missing = new LinkedHashSet<>(wal.gaps());
      missing.retainAll(missingBefore);
      missing.forEach(wal::write);
    }
  }

  private VerifyReport run(VerifyRequest request) {
    VerifyReport report = Verification.run(archive, request.only(List.of(id)), progress);
    for (BackupVerdict verdict : report.backups()) {
      if (verdict.verdict() == VerifyReport.Verdict.UNVERIFIED) {
        ledger.gap(verdict.why().orElse("backup " + id + " could not be looked at"));
      }
    }
    if (report.backups().isEmpty()) {
      ledger.gap("backup " + id + " is not there any more");
    }
    return report;
  }

  private void write(Fault fault, boolean read) {
    FindingCode code =
        switch (fault.kind()) {
          case MANIFEST -> FindingCode.MANIFEST_DAMAGED;
          case PACK -> read ? FindingCode.PACK_DAMAGED : FindingCode.PACK_MISSING;
          case WAL -> read ? FindingCode.WAL_DAMAGED : FindingCode.WAL_MISSING;
          case PAGE -> FindingCode.PAGE_DAMAGED;
        };
    String touched =
        fault.filesTotal() == 0
            ? ""
            : "; touches "
                + fault.files().getFirst()
                + (fault.filesTotal() > 1 ? " and " + (fault.filesTotal() - 1) + " more" : "");
    ledger.finding(code, fault.object(), String.join("; ", fault.findings()) + touched);
  }
}
