package io.holdfast.cli.wiring;

import io.holdfast.api.Fleet;
import io.holdfast.notifications.OpenIncident;
import io.holdfast.operations.view.ClusterFindings;
import io.holdfast.operations.view.IncidentView;
import io.holdfast.operations.view.ReceiverView;
import io.holdfast.operations.view.SiteView;
import io.holdfast.operations.wal.ReceiverState;
import io.holdfast.repository.Repository;
import io.holdfast.service.ReceiverStanding;
import io.holdfast.service.Service;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ClusterName;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the API shows: the repository, opened with the first request and read wherever it can be,
 * and what the service does.
 */
final class ServedFleet implements Fleet, AutoCloseable {
  private final Rooms rooms;
  private final Settings settings;
  private final Service service;
  private final InstantSource clock;
  private @Nullable OpenRepository open;

  ServedFleet(Rooms rooms, Settings settings, Service service, InstantSource clock) {
    this.rooms = rooms;
    this.settings = settings;
    this.service = service;
    this.clock = clock;
  }

  @Override
  public Repository repository() {
    return opened().repository();
  }

  private synchronized OpenRepository opened() {
    OpenRepository known = open;
    if (known == null) {
      known = rooms.reading(settings.repository(), ReadFrom.ANYWHERE);
      open = known;
    }
    return known;
  }

  @Override
  public Set<String> declared() {
    return settings.clusters().keySet().stream()
        .map(ClusterName::text)
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public Optional<ClusterFindings.Declared> declared(String cluster) {
    return Declarations.of(settings, cluster);
  }

  @Override
  public List<SiteView> sites(Predicate<String> clusters) {
    return SitesBeside.compare(rooms, settings, opened(), clock.instant(), clusters).stream()
        .map(SiteView::of)
        .toList();
  }

  @Override
  public List<IncidentView> incidents(String cluster) {
    return OpenIncident.of(Announcements.incidents(settings, repository()), cluster).stream()
        .map(IncidentView::of)
        .toList();
  }

  @Override
  public Map<String, ReceiverView> receivers() {
    Map<String, ReceiverView> views = new LinkedHashMap<>();
    service.receivers().forEach((cluster, standing) -> views.put(cluster, view(cluster, standing)));
    return views;
  }

  private static ReceiverView view(String cluster, ReceiverStanding standing) {
    Optional<ReceiverState> state = standing.state();
    return new ReceiverView(
        cluster,
        standing.phase(),
        state.map(ReceiverState::timeline).orElse(null),
        state.map(each -> each.received().toString()).orElse(null),
        state.map(each -> each.durable().toString()).orElse(null),
        state.map(ReceiverState::lagBytes).orElse(null),
        state.flatMap(ReceiverState::safeUntil).orElse(null),
        standing.trouble().orElse(null));
  }

  @Override
  public synchronized void close() {
    OpenRepository known = open;
    if (known != null) {
      known.close();
    }
  }
}
