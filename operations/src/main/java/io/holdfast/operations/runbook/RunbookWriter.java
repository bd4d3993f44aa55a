package io.holdfast.operations.runbook;

import io.holdfast.operations.backup.BackupSummary;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.notes.Standing;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.operations.status.ClusterStatus;
import io.holdfast.operations.status.Status;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Repository;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Gathers what a runbook tells from the repository alone, and puts the page beside the backups. */
public final class RunbookWriter {
  private static final int PROOFS_READ = 50;

  private final Repository repository;
  private final String program;
  private final InstantSource clock;

  /**
   * @param program that writes it, with its version
   */
  public RunbookWriter(Repository repository, String program, InstantSource clock) {
    this.repository = repository;
    this.program = program;
    this.clock = clock;
  }

  /**
   * What there is to tell now.
   *
   * @param warnings of what cannot be read, and is left out
   */
  public Runbook of(String cluster, List<Runbook.Site> sites, Consumer<String> warnings) {
    ClusterArchive archive = repository.cluster(cluster);
    ClusterStatus status = new Status(repository, clock).of(cluster);
    return new Runbook(
        cluster,
        clock.instant(),
        program,
        repository.id().toString(),
        repository.encrypted(),
        sites,
        status.sentence(),
        newest(archive, warnings),
        proofs(archive, warnings));
  }

  private static List<BackupSummary> newest(ClusterArchive archive, Consumer<String> warnings) {
    Backups backups = new Backups(archive);
    Map<BackupId, Standing> standings = backups.standings();
    Map<String, BackupSummary> newest = new LinkedHashMap<>();
    backups
        .list((id, e) -> warnings.accept("backup " + id + " cannot be read: " + e.getMessage()))
        .stream()
        .filter(each -> !standings.getOrDefault(each.id(), Standing.PLAIN).removed())
        .forEach(each -> newest.put(each.kind(), each));
    return List.copyOf(newest.values());
  }

  /** The last restore of each kind; drills say more than other proofs, for they do what is here. */
  private static List<Proof> proofs(ClusterArchive archive, Consumer<String> warnings) {
    Proofs stored = new Proofs(archive);
    List<Proof> last = new ArrayList<>();
    int read = 0;
    for (Proofs.Entry entry : stored.list().reversed()) {
      if (read++ >= PROOFS_READ) {
        break;
      }
      try {
        stored
            .read(entry)
            .filter(Proof::restored)
            .filter(proof -> last.stream().noneMatch(each -> each.kind().equals(proof.kind())))
            .ifPresent(last::add);
      } catch (HoldfastException e) {
        warnings.accept("proof " + entry.name() + " cannot be read: " + e.getMessage());
      }
    }
    return last;
  }

  /** Puts the page on all sites. Durable on return. */
  public void publish(Runbook book) {
    repository.cluster(book.cluster()).putRunbook(book.page().getBytes(StandardCharsets.UTF_8));
  }

  /** Whether somebody wants it kept beside the backups. */
  public boolean published(String cluster) {
    return repository.cluster(cluster).runbook().isPresent();
  }
}
