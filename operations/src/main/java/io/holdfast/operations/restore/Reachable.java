package io.holdfast.operations.restore;

import io.holdfast.operations.restore.WalView.End;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Says which moments can be restored, for whoever asked for one that cannot. */
final class Reachable {
  private final List<Candidate> candidates;
  private final WalView wal;

  Reachable(List<Candidate> candidates, WalView wal) {
    this.candidates = candidates;
    this.wal = wal;
  }

  /** One sentence. */
  String sentence() {
    TreeSet<Integer> timelines = new TreeSet<>(Comparator.reverseOrder());
    timelines.addAll(wal.timelines());
    candidates.forEach(c -> timelines.add(c.window().stopTimeline()));
    List<String> parts = new ArrayList<>();
    for (int timeline : timelines) {
      TimelineHistory path =
          (timeline == 1 ? Optional.of(TimelineHistory.root(1)) : wal.history(timeline))
              .orElseGet(() -> TimelineHistory.root(timeline));
      List<String> spans = spans(path);
      if (!spans.isEmpty()) {
        parts.add("along timeline " + timeline + " " + String.join(", then ", spans));
      }
    }
    return parts.isEmpty()
        ? "Nothing can be restored: no backup has the WAL that it needs."
        : "What can be restored: " + String.join("; ", parts) + ".";
  }

  private List<String> spans(TimelineHistory path) {
    List<String> spans = new ArrayList<>();
    Lsn covered = new Lsn(0);
    for (Candidate backup :
        candidates.stream()
            .filter(c -> c.liesOn(path))
            .sorted(Comparator.comparing((Candidate c) -> c.window().stop()))
            .toList()) {
      Lsn stop = backup.window().stop();
      Lsn reach = wal.reach(path, backup.window().start());
      if (reach.isBefore(stop) || !reach.isAfter(covered)) {
        continue;
      }
      covered = reach;
      spans.add(span(path, backup, stop, reach));
    }
    return spans;
  }

  private String span(TimelineHistory path, Candidate backup, Lsn stop, Lsn reach) {
    Instant from = backup.window().stopped().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    Optional<Instant> to = wal.lastEnd(path, stop, reach).map(End::time);
    return to.filter(from::isBefore).isPresent()
        ? "from " + from + " to " + to.get() + " (LSN " + stop + " to " + reach + ")"
        : "the end of backup " + backup.id() + " (LSN " + stop + " to " + reach + ")";
  }
}
