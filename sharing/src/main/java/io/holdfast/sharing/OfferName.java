package io.holdfast.sharing;

import io.holdfast.operations.runs.JobName;
import io.holdfast.service.Sharing.Offer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How an offer is called in the table: {@code <due> <attempt> <schedule>[ <cluster>]}. Names of
 * schedules and clusters hold no blanks.
 */
final class OfferName {
  private static final int WITHOUT_CLUSTER = 3;
  private static final int WITH_CLUSTER = 4;

  private OfferName() {}

  static String of(Offer offer) {
    JobName job = offer.job();
    return offer.due()
        + " "
        + offer.attempt()
        + " "
        + job.schedule()
        + job.cluster().map(cluster -> " " + cluster).orElse("");
  }

  /** Empty if nobody of this version wrote it. */
  static Optional<Offer> parse(String name) {
    List<String> words = List.of(name.split(" ", -1));
    if (words.size() < WITHOUT_CLUSTER || words.size() > WITH_CLUSTER) {
      return Optional.empty();
    }
    try {
      Optional<String> cluster =
          words.size() == WITH_CLUSTER ? Optional.of(words.getLast()) : Optional.empty();
      return Optional.of(
          new Offer(
              new JobName(words.get(2), cluster),
              Instant.parse(words.getFirst()),
              Integer.parseInt(words.get(1))));
    } catch (DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
