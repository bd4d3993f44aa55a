package io.holdfast.operations.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalItem;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.ClusterArchive;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Holds the summaries of a cluster against the segments they are of. */
public final class KeptSummaries {
  private KeptSummaries() {}

  /** Each says what comes out when its segment is read anew; returns how many there are. */
  public static int requireRight(ClusterArchive cluster, WalArchive wal) {
    SummaryStore store = new SummaryStore(cluster, wal.systemIdentifier());
    List<WalSegment> kept = new ArrayList<>();
    cluster
        .objects("changes")
        .list(
            "",
            entry -> {
              String name = entry.name().substring(entry.name().lastIndexOf('/') + 1);
              kept.add(WalSegment.parse(name, wal.segmentSize()).orElseThrow());
            });
    for (WalSegment segment : kept) {
      assertThat(wal.hasWhole(segment)).as("the archive has " + segment.name()).isTrue();
      SegmentSummary summary = store.find(segment).orElseThrow();
      assertThat(SummaryFormat.encode(summary))
          .as("the summary of " + segment.name())
          .isEqualTo(derived(wal, segment).map(SummaryFormat::encode).orElse(null));
    }
    return kept.size();
  }

  /** Whole segments in the archive of which there is none. */
  public static List<WalSegment> missing(ClusterArchive cluster, WalArchive wal) {
    SummaryStore store = new SummaryStore(cluster, wal.systemIdentifier());
    List<WalSegment> missing = new ArrayList<>();
    wal.list(item -> {
      if (item instanceof WalItem.Segment s && store.find(s.segment()).isEmpty()) {
        missing.add(s.segment());
      }
    });
    return missing;
  }

  private static Optional<SegmentSummary> derived(WalArchive wal, WalSegment segment) {
    AtomicReference<SegmentSummary> found = new AtomicReference<>();
    int major = wal.facts(segment).orElseThrow().majorVersion();
    Summarizer summarizer =
        new Summarizer(
            major,
            segment,
            segment.end(),
            (number, summary) -> {
              if (number == segment.number()) {
                found.set(summary);
              }
            });
    WalSegment next = segment;
    FeedingStream stream = new FeedingStream(summarizer, next.start());
    while (found.get() == null && wal.fetch(next.name(), stream).isPresent() && stream.goesOn()) {
      next = next.next();
      stream = new FeedingStream(summarizer, next.start());
    }
    return Optional.ofNullable(found.get());
  }
}
