package io.holdfast.notifications;

import io.holdfast.notifications.incident.Book;
import io.holdfast.notifications.incident.BookFormat;
import io.holdfast.notifications.incident.Incident;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What is wrong now, and was told.
 *
 * @param problem as it was described last
 * @param severity the worst that was told
 * @param since when it began
 * @param seen when somebody last said that it is so
 * @param quietSince since when it is away, without having been called mended yet
 * @param returns how often it came back meanwhile
 */
public record OpenIncident(
    Problem problem,
    Severity severity,
    Instant since,
    Instant seen,
    Optional<Instant> quietSince,
    int returns) {
  /**
   * Those of one cluster, the oldest first; changes nothing.
   *
   * @param cluster empty for those that concern none
   * @throws HoldfastException (repository) if what was noted cannot be read: then nobody knows
   */
  public static List<OpenIncident> of(IncidentStore store, String cluster) {
    Book book =
        BookFormat.decode(store.read(cluster).orElse(new byte[0]))
            .orElseThrow(() ->
                new HoldfastException(
                    ExitStatus.REPOSITORY_FAILED,
                    "could not read what was told of incidents: expected what Holdfast has written,"
                        + " found something else",
                    "A process that serves begins it anew with the next incident."));
    return book.incidents().values().stream()
        .filter(each -> each.mended() == null)
        .map(OpenIncident::of)
        .sorted(Comparator.comparing(OpenIncident::since))
        .toList();
  }

  private static OpenIncident of(Incident incident) {
    return new OpenIncident(
        incident.problem(),
        incident.severity(),
        incident.since(),
        incident.seen(),
        Optional.ofNullable(incident.quietSince()),
        incident.returns());
  }
}
