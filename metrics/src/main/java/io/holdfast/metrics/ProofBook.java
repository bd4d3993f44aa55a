package io.holdfast.metrics;

import io.holdfast.operations.proof.CarriedOut;
import io.holdfast.operations.proof.PlanRuns;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.operations.proof.SignatureKey;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the proofs of a cluster. A proof never changes, so one that was read is remembered, as far
 * back as it is looked. One thread at a time.
 */
final class ProofBook {
  /** So many proofs are looked at, the newest: a quarter's of a cluster that is proven daily. */
  static final int LOOK_BACK = 120;

  private Map<String, Optional<ProofNote>> known = Map.of();

  /**
   * @param standing backups that were not removed
   * @param key with which a proof must be signed to count as a success
   * @throws io.holdfast.vocabulary.HoldfastException if the repository cannot be asked
   */
  Proven read(ClusterArchive archive, Set<BackupId> standing, Optional<SignatureKey> key) {
    Proofs proofs = new Proofs(archive);
    List<Proofs.Entry> all = proofs.list();
    List<Proofs.Entry> entries = all.reversed().stream().limit(LOOK_BACK).toList();
    Map<String, Optional<ProofNote>> notes = new LinkedHashMap<>();
    Together.inTurn(
        entries,
        Together.MOST,
        entry -> note(proofs, entry, key),
        (entry, note) -> notes.put(entry.name(), note));
    known = notes;
    Optional<Instant> since =
        PlanRuns.first(
            Stream.concat(archive.backupIds().stream(), all.stream().map(Proofs.Entry::backup)));
    return summary(notes, standing, since);
  }

  private Optional<ProofNote> note(Proofs proofs, Proofs.Entry entry, Optional<SignatureKey> key) {
    Optional<ProofNote> remembered = known.getOrDefault(entry.name(), Optional.empty());
    if (remembered.isPresent()) {
      return remembered;
    }
    try {
      return proofs
          .stored(entry)
          .map(stored ->
              ProofNote.of(
                  stored.proof(), key.map(each -> stored.authenticity(each).valid()).orElse(true)));
    } catch (RepositoryDamagedException e) {
      return Optional.empty();
    }
  }

  private static Proven summary(
      Map<String, Optional<ProofNote>> newestFirst,
      Set<BackupId> standing,
      Optional<Instant> since) {
    Map<String, Proven.OfKind> kinds = new HashMap<>();
    Map<String, Instant> plans = new HashMap<>();
    Optional<Instant> drill = Optional.empty();
    int unreadable = 0;
    for (Optional<ProofNote> read : newestFirst.values()) {
      if (read.isEmpty()) {
        unreadable++;
        continue;
      }
      ProofNote note = read.get();
      kinds.put(
          note.kind(), joined(kinds.get(note.kind()), note, standing.contains(note.backup())));
      if (!note.plan().isEmpty()) {
        plans.merge(note.plan(), note.began(), (a, b) -> a.isAfter(b) ? a : b);
      }
      if (note.drill() && note.success()) {
        drill = drill.or(() -> Optional.of(note.ended()));
      }
    }
    return new Proven(kinds, drill, new CarriedOut(plans, since), unreadable);
  }

  private static Proven.OfKind joined(
      Proven.@Nullable OfKind newer, ProofNote note, boolean stands) {
    Optional<ProofNote> last = newer == null ? Optional.empty() : newer.last();
    Optional<Instant> success = newer == null ? Optional.empty() : newer.lastSuccess();
    Optional<Duration> recovery = newer == null ? Optional.empty() : newer.recovery();
    return new Proven.OfKind(
        last.or(() -> stands && note.tells() ? Optional.of(note) : Optional.empty()),
        success.or(() -> stands && note.success() ? Optional.of(note.ended()) : Optional.empty()),
        recovery.or(note::recovery));
  }
}
