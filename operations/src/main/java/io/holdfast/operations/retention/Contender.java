package io.holdfast.operations.retention;

import io.holdfast.operations.notes.Pin;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.repository.BackupId;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * A backup as far as keeping it is concerned.
 *
 * @param finished from when on its moments can be restored
 * @param flaw why it must not stand for another one, such as packs that are gone
 */
public record Contender(
    BackupId id,
    String kind,
    Instant started,
    Instant finished,
    Optional<String> flaw,
    Optional<Pin> pin) {
  static final Comparator<Contender> NEWEST_FIRST =
      Comparator.comparing(Contender::started).thenComparing(Contender::id).reversed();

  boolean physical() {
    return kind.equals(PhysicalDetails.KIND);
  }

  Contender withFlaw(String found) {
    return new Contender(id, kind, started, finished, Optional.of(found), pin);
  }
}
