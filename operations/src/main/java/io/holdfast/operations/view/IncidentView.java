package io.holdfast.operations.view;

import io.holdfast.notifications.OpenIncident;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong now, and was told.
 *
 * @param cluster empty for what concerns none alone
 * @param key what is wrong, a stable code
 * @param hint the next step; may be empty
 * @param run id of the run that noticed it; may be empty
 * @param quietSince since when it is away, without having been called mended yet
 * @param returns how often it came back meanwhile
 */
public record IncidentView(
    String cluster,
    String key,
    String severity,
    String title,
    String text,
    String hint,
    String run,
    Instant since,
    Instant seen,
    @Nullable Instant quietSince,
    int returns) {
  public static IncidentView of(OpenIncident incident) {
    return new IncidentView(
        incident.problem().cluster(),
        incident.problem().key(),
        incident.severity().word(),
        incident.problem().title(),
        incident.problem().text(),
        incident.problem().hint(),
        incident.problem().run(),
        incident.since(),
        incident.seen(),
        incident.quietSince().orElse(null),
        incident.returns());
  }
}
