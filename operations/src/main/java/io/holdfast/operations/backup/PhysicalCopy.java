package io.holdfast.operations.backup;

import io.holdfast.operations.physical.PhysicalDetails.Audit;
import io.holdfast.postgres.ClusterFiles;
import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.storage.RateLimit;
import io.holdfast.vocabulary.Progress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The files of a backup: read, compared or taken over, as the basis says. */
final class PhysicalCopy {
  private static final Duration DROP_PATIENCE = Duration.ofMinutes(1);

  /** Pages that are looked at of all that were taken over unread. */
  private static final int AUDITED = 128;

  private final ClusterArchive cluster;
  private final BackupWriter writer;
  private final ClusterFiles files;
  private final ControlFile control;
  private final Lsn start;
  private final Basis basis;
  private final BackupRequest request;
  private final FindingsTally tally;
  private final Progress progress;
  private final Consumer<String> notes;
  private final List<AuditSample> samples = Collections.synchronizedList(new ArrayList<>());

  /**
   * What it came to.
   *
   * @param bytesRead from the source
   */
  record Copied(long bytesRead, Audit audit) {}

  /**
   * @param control as it was when the backup had begun at {@code start}
   */
  PhysicalCopy(
      ClusterArchive cluster,
      BackupWriter writer,
      ClusterFiles files,
      ControlFile control,
      Lsn start,
      Basis basis,
      BackupRequest request,
      FindingsTally tally,
      Progress progress,
      Consumer<String> notes) {
    this.cluster = cluster;
    this.writer = writer;
    this.files = files;
    this.control = control;
    this.start = start;
    this.basis = basis;
    this.request = request;
    this.tally = tally;
    this.progress = progress;
    this.notes = notes;
  }

  /**
   * @param heartbeat called now and then; what it throws ends the copy
   * @throws DistrustException if WAL did not tell of everything that changed
   */
  Copied run(Consumer<Consumer<Entry>> walk, Runnable heartbeat) throws InterruptedException {
    Optional<BackupReader> parent = basis.parent().map(manifest -> cluster.open(manifest.id()));
    Compaction compaction =
        basis.parent().map(manifest -> Compaction.of(manifest.packs())).orElseGet(Compaction::none);
    basis.parent().ifPresent(manifest -> writer.inheriting(manifest, compaction.evicted()));
    CopyWorker.Rules rules =
        new CopyWorker.Rules(
            tally,
            new RateLimit(request.bytesPerSecond(), System::nanoTime),
            DROP_PATIENCE,
            compaction.evicted(),
            progress,
            notes);
    Supplier<ChunkReader> parents = () -> parent.orElseThrow().openReader();
    try (InheritancePlan plan =
        new InheritancePlan(
            basis,
            parent.map(reader -> new ParentFiles(reader, notes)),
            control.blocksPerSegment())) {
      DirectoryCopy copy =
          new DirectoryCopy(
              writer,
              request.jobs(),
              () -> new CopyWorker(tools(parents), rules),
              plan,
              compaction,
              heartbeat);
      long bytes = copy.run(walk);
      return new Copied(bytes, audit(parents));
    }
  }

  private CopyWorker.Tools tools(Supplier<ChunkReader> parents) {
    AuditSample sample =
        new AuditSample(
            Math.max(1, AUDITED / request.jobs()),
            new SplittableRandom(new SecureRandom().nextLong()));
    samples.add(sample);
    Optional<PageInspector> inspector =
        isInspected()
            ? Optional.of(new PageInspector(control.blocksPerSegment(), start, tally))
            : Optional.empty();
    return new CopyWorker.Tools(files.openReader(), writer.openSink(), parents, inspector, sample);
  }

  private boolean isInspected() {
    return control.checksummed() && control.blockSize() == PageChecksum.PAGE;
  }

  private Audit audit(Supplier<ChunkReader> parents) throws InterruptedException {
    List<AuditSample.Page> pages =
        samples.stream().flatMap(sample -> sample.pages().stream()).toList();
    if (pages.isEmpty()) {
      return Audit.NONE;
    }
    progress.begin("comparing some of what was taken over with the server", 0);
    try (EntryReader reader = files.openReader();
        ParentContent content = new ParentContent(parents)) {
      return new InheritedAudit(reader, content, start, control.checksummed()).run(pages);
    }
  }
}
