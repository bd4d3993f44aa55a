package io.holdfast.operations.runs;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The records of one job as they are to be taken at a moment. A host whose clock is wrong leaves
 * records of the future: until that comes they mean nothing, or nothing would run until then.
 *
 * @param entries those due first come first
 */
public record Records(List<RunEntry> entries, Instant now) {
  public Records {
    entries = List.copyOf(entries);
  }

  /** Those due until now: what was done for a moment that has not come was not done for it. */
  public List<RunEntry> counting() {
    return entries.stream().filter(entry -> !RunEntry.isAhead(entry.due(), now)).toList();
  }

  /** Those that are wholly of the past, however they ended. */
  public List<RunEntry> past() {
    return entries.stream().filter(entry -> !entry.isAhead(now)).toList();
  }

  /** The run that ended last; a word that there was none is no run, one that it was missed is. */
  public Optional<RunEntry> last() {
    return past().stream()
        .filter(entry -> entry.outcome() != Outcome.SEEN)
        .max(Comparator.comparing(RunEntry::ended));
  }

  /** Those of the future. */
  public List<Flaw> flaws() {
    return entries.stream()
        .filter(entry -> entry.isAhead(now))
        .map(entry ->
            new Flaw(
                entry.job(),
                entry.place(),
                "is of the future, due "
                    + entry.due()
                    + " and ended "
                    + entry.ended()
                    + ", and does not count: the clock of whoever wrote it was wrong, or this"
                    + " machine's is"))
        .toList();
  }
}
