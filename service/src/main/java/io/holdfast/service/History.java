package io.holdfast.service;

import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Records;
import io.holdfast.operations.runs.RunEntry;
import io.holdfast.scheduling.Past;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What the records of a job mean for when it is due next. */
final class History {
  private History() {}

  /**
   * @param records of one job
   * @param otherwise from when on it counts if there are none that count
   * @param retries after that many more failures a moment needs nothing more
   */
  static Past past(Records records, Instant otherwise, int retries) {
    List<RunEntry> entries = records.counting();
    Instant since =
        entries.stream()
            .filter(entry -> entry.outcome() == Outcome.SEEN)
            .map(RunEntry::due)
            .max(Instant::compareTo)
            .orElse(entries.isEmpty() ? otherwise : entries.getFirst().due());
    Optional<Instant> handled =
        entries.stream().filter(History::handles).map(RunEntry::due).max(Instant::compareTo);
    Optional<Past.Trying> trying = trying(entries, handled, records.now());
    if (trying.filter(each -> each.attempts() > retries).isPresent()) {
      return new Past(since, trying.map(Past.Trying::due), Optional.empty());
    }
    return new Past(since, handled, trying);
  }

  /** When the last run that counts ended, if it was a success. */
  static Optional<Instant> wellSince(Records records) {
    return records.past().stream()
        .filter(entry -> entry.outcome() == Outcome.DONE || entry.outcome().bad())
        .filter(entry -> entry.outcome() == Outcome.DONE || !entry.byHand())
        .max(Comparator.comparing(RunEntry::ended))
        .filter(entry -> entry.outcome() == Outcome.DONE)
        .map(RunEntry::ended);
  }

  /** A failure by hand is the affair of whoever did it; a success counts for all. */
  private static boolean handles(RunEntry entry) {
    return entry.byHand() ? entry.outcome() == Outcome.DONE : entry.outcome().last();
  }

  private static Optional<Past.Trying> trying(
      List<RunEntry> entries, Optional<Instant> handled, Instant now) {
    List<RunEntry> failures =
        entries.stream()
            .filter(entry -> entry.outcome() == Outcome.FAILED && !entry.byHand())
            .filter(entry -> handled.filter(due -> !entry.due().isAfter(due)).isEmpty())
            .toList();
    if (failures.isEmpty()) {
      return Optional.empty();
    }
    Instant due = failures.getLast().due();
    List<RunEntry> same = failures.stream().filter(entry -> entry.due().equals(due)).toList();
    Instant ended =
        same.stream()
            // One that is said to have ended in the future would not be tried again until then.
            .map(entry -> entry.isAhead(now) ? due : entry.ended())
            .max(Instant::compareTo)
            .orElse(Instant.EPOCH);
    // An earlier one may have left no record.
    int attempts = same.stream().mapToInt(RunEntry::attempt).reduce(same.size(), Math::max);
    return Optional.of(new Past.Trying(due, attempts, ended));
  }
}
