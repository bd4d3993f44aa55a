package io.holdfast.operations.verify;

import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.verify.VerifyReport.BackupVerdict;
import io.holdfast.operations.verify.VerifyReport.Verdict;
import io.holdfast.operations.verify.VerifyRequest.Rung;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Extent;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Manifest.PackUse;
import io.holdfast.repository.NewerFormatException;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.StoredFile;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.StorageException;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import io.holdfast.vocabulary.Together;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Verifies the backups of one cluster from the repository alone. Finds as much as it can: a fault
 * ends nothing, a site that cannot be asked makes what it holds unverified.
 */
public final class Verification {
  private final ClusterArchive cluster;
  private final VerifyRequest request;
  private final Progress progress;
  private final FaultBook faults = new FaultBook();
  private final Counts counts = new Counts();
  private final List<String> notes = new ArrayList<>();

  private Verification(ClusterArchive cluster, VerifyRequest request, Progress progress) {
    this.cluster = cluster;
    this.request = request;
    this.progress = progress;
  }

  /**
   * @throws HoldfastException (usage) if a backup that was named does not exist; (repository) if
   *     not even the backups can be listed; (interrupted)
   */
  public static VerifyReport run(ClusterArchive cluster, VerifyRequest request, Progress progress) {
    try {
      return new Verification(cluster, request, progress).run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException(
          ExitStatus.INTERRUPTED, "could not finish verifying: interrupted", null, e);
    }
  }

  private VerifyReport run() throws InterruptedException {
    long began = System.nanoTime();
    List<BackupVerdict> verdicts = new ArrayList<>();
    for (BackupId id : request.backups().isEmpty() ? cluster.backupIds() : request.backups()) {
      verify(id).ifPresent(verdicts::add);
    }
    if (request.walArchive()) {
      new WalReadBack(cluster, faults, counts, progress).everything(notes);
    }
    noteOrphans();
    progress.end();
    return new VerifyReport(
        cluster.name(),
        request,
        verdicts,
        faults.list(),
        notes,
        counts.figures(),
        Duration.ofNanos(System.nanoTime() - began));
  }

  /** Empty if the backup was deleted while we looked at it. */
  private Optional<BackupVerdict> verify(BackupId id) throws InterruptedException {
    Optional<String> why = Optional.empty();
    try {
      look(id);
    } catch (RepositoryDamagedException | ObjectMissingException e) {
      faults.finding(
          Fault.Kind.MANIFEST, "the manifest of backup " + id, id, String.valueOf(e.getMessage()));
    } catch (StorageException | NewerFormatException e) {
      why = Optional.ofNullable(e.getMessage());
    }
    if (faults.names(id) && isGone(id)) {
      faults.forget(id);
      notes.add("backup " + id + " was deleted while it was being verified");
      return Optional.empty();
    }
    Verdict verdict =
        faults.names(id) ? Verdict.FAULTY : why.isPresent() ? Verdict.UNVERIFIED : Verdict.HOLDS;
    return Optional.of(new BackupVerdict(id, verdict, claim(), why));
  }

  private boolean isGone(BackupId id) {
    try {
      return !cluster.backupIds().contains(id);
    } catch (StorageException e) {
      return false;
    }
  }

  private String claim() {
    if (request.rung() == Rung.STORED) {
      return "stored";
    }
    return request.share() == 1
        ? "intact"
        : String.format(
            Locale.ROOT,
            "intact in a sample of %s%% (seed %d)",
            BigDecimal.valueOf(request.share())
                .movePointRight(2)
                .stripTrailingZeros()
                .toPlainString(),
            request.seed());
  }

  private void look(BackupId id) throws InterruptedException {
    BackupReader reader = cluster.open(id);
    Manifest manifest = reader.manifest();
    progress.begin("verifying " + id, 0);
    Together.inTurn(
        manifest.packs(),
        ClusterArchive.AT_ONCE,
        this::lookAtPack,
        (use, finding) -> {
          counts.pack();
          finding.ifPresent(
              text -> faults.finding(Fault.Kind.PACK, BackupRead.name(use.pack()), id, text));
        });
    Optional<PhysicalDetails> physical =
        manifest.kind().equals(PhysicalDetails.KIND)
            ? Optional.of(PhysicalDetails.of(manifest))
            : Optional.empty();
    WalReadBack wal = new WalReadBack(cluster, faults, counts, progress);
    if (physical.isPresent()) {
      wal.lookAt(id, physical.get(), request.rung() == Rung.INTACT);
    }
    if (request.rung() == Rung.INTACT) {
      progress.begin("reading back " + id, (long) (manifest.totals().bytes() * request.share()));
      readBack(id, reader, physical);
    }
  }

  /** What is wrong with it, if anything is. */
  private Optional<String> lookAtPack(PackUse use) {
    OptionalLong found = cluster.packSize(use.pack());
    if (found.isEmpty() || found.getAsLong() != use.size()) {
      return Optional.of(
          "expected "
              + use.size()
              + " bytes, found "
              + (found.isEmpty() ? "no such object" : found.getAsLong()));
    }
    return request.rung() == Rung.INTACT ? lookAtEnd(use) : Optional.empty();
  }

  /** What stands behind the chunks is needed by nobody until the manifests are lost. */
  private Optional<String> lookAtEnd(PackUse use) {
    try {
      cluster.checkEnd(use.pack());
      return Optional.empty();
    } catch (RepositoryDamagedException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void readBack(BackupId id, BackupReader reader, Optional<PhysicalDetails> physical)
      throws InterruptedException {
    Sample sample = new Sample(request.share(), request.seed());
    try (ReadCrew crew =
        new ReadCrew(
            request.jobs(),
            () -> new BackupRead(id, reader.openReader(), physical, faults, counts, progress))) {
      // The smallest sample reads something: nothing read is nothing verified.
      boolean[] taken = new boolean[1];
      ReadTask.Cutter cutter =
          new ReadTask.Cutter(
              chunk -> {
                boolean takes = sample.takes(chunk) || !taken[0];
                taken[0] = true;
                return takes;
              },
              crew::submit);
      reader.files(file -> {
        requireLength(id, file);
        cutter.add(file);
      });
      cutter.end();
      crew.finish();
    }
  }

  private void requireLength(BackupId id, StoredFile file) {
    long sum = file.extents().stream().mapToLong(Extent::length).sum();
    if (sum != file.length()) {
      faults.finding(
          Fault.Kind.MANIFEST,
          "the manifest of backup " + id,
          id,
          file.path() + " should have " + file.length() + " bytes, its pieces have " + sum);
    }
  }

  private void noteOrphans() {
    try {
      long[] sum = new long[2];
      new Backups(cluster)
          .orphans(orphan -> {
            sum[0]++;
            sum[1] += orphan.object().size();
          });
      if (sum[0] > 0) {
        notes.add(
            sum[0]
                + " leftovers of unfinished backups ("
                + ByteSize.format(sum[1])
                + ") can be removed");
      }
    } catch (StorageException | RepositoryDamagedException | NewerFormatException e) {
      notes.add("could not look for leftovers: " + e.getMessage());
    }
  }
}
