package io.holdfast.operations.changes;

import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.DifferentContentException;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.SealedObjects;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The summaries of one server's segments in the repository. All of them can be derived anew. */
public final class SummaryStore {
  public static final String AREA = "changes";

  private final SealedObjects objects;
  private final String server;

  public SummaryStore(ClusterArchive cluster, long systemIdentifier) {
    this.objects = cluster.objects(AREA);
    this.server = Long.toUnsignedString(systemIdentifier);
  }

  private String name(WalSegment segment) {
    return String.format("%s/%08X/%s", server, segment.timeline(), segment.name());
  }

  /** The segments of which there is one, timeline by timeline, in order. Reads names only. */
  public void list(int segmentSize, Consumer<WalSegment> consumer) {
    objects.list(
        server,
        entry ->
            WalSegment.parse(entry.name().substring(entry.name().lastIndexOf('/') + 1), segmentSize)
                .filter(segment -> name(segment).equals(entry.name()))
                .ifPresent(consumer));
  }

  public void remove(WalSegment segment) {
    objects.delete(name(segment));
  }

  /** Empty if there is none, or none that can be used. */
  Optional<SegmentSummary> find(WalSegment segment) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try {
      return objects
          .get(name(segment), content)
          .flatMap(head -> SummaryFormat.decode(content.toByteArray()));
    } catch (RepositoryDamagedException e) {
      return Optional.empty();
    }
  }

  /** Puts it in place of one that was of no use. */
  void keep(WalSegment segment, SegmentSummary summary) {
    keep(segment, SummaryFormat.encode(summary));
  }

  /**
   * As above.
   *
   * @param content in {@link SummaryFormat}
   */
  void keep(WalSegment segment, byte[] content) {
    try {
      objects.put(name(segment), content, 0, content.length, Map.of());
    } catch (DifferentContentException | RepositoryDamagedException e) {
      objects.delete(name(segment));
      objects.put(name(segment), content, 0, content.length, Map.of());
    }
  }
}
