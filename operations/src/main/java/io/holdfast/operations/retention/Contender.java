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
 * @param group only backups of one group can stand for each other: the kind, and of dumps which
 *     databases were asked for
 * @param finished from when on its moments can be restored
 * @param flaw why it must not stand for another one, such as packs that are gone
 * @param proven whether it was restored for a proof, and held
 */
public record Contender(
    BackupId id,
    String kind,
    String group,
    Instant started,
    Instant finished,
    Optional<String> flaw,
    Optional<Pin> pin,
    boolean proven) {
  static final Comparator<Contender> NEWEST_FIRST =
      Comparator.comparing(Contender::started).thenComparing(Contender::id).reversed();

  Contender(
      BackupId id,
      String kind,
      Instant started,
      Instant finished,
      Optional<String> flaw,
      Optional<Pin> pin) {
    this(id, kind, kind, started, finished, flaw, pin, false);
  }

  Contender(
      BackupId id,
      String kind,
      String group,
      Instant started,
      Instant finished,
      Optional<String> flaw,
      Optional<Pin> pin) {
    this(id, kind, group, started, finished, flaw, pin, false);
  }

  boolean physical() {
    return kind.equals(PhysicalDetails.KIND);
  }

  Contender withFlaw(String found) {
    return new Contender(id, kind, group, started, finished, Optional.of(found), pin, proven);
  }

  Contender asProven() {
    return new Contender(id, kind, group, started, finished, flaw, pin, true);
  }
}
