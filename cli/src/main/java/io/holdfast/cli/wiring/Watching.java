package io.holdfast.cli.wiring;

import io.holdfast.metrics.Opening;
import io.holdfast.metrics.ScheduledJob;
import io.holdfast.metrics.Watched;
import io.holdfast.operations.status.SiteComparison;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.repository.Repository;
import io.holdfast.settings.ClusterSettings;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.Settings;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What of a configuration monitoring looks at. */
public final class Watching {
  private Watching() {}

  /** All clusters that are declared. One whose declaration cannot be followed is among them. */
  public static List<Watched> clusters(Settings settings) {
    return settings.clusters().entrySet().stream()
        .map(each -> watched(settings, each.getKey(), each.getValue()))
        .toList();
  }

  /**
   * One of them, or one that only the repository knows.
   *
   * @throws HoldfastException (usage) if neither does; (repository) if that cannot be asked
   */
  public static Watched cluster(Rooms rooms, Settings settings, String name) {
    ClusterName wanted = new ClusterName(name);
    ClusterSettings declared = settings.clusters().get(wanted);
    if (declared != null) {
      return watched(settings, wanted, declared);
    }
    try (OpenRepository open = rooms.reading(settings.repository(), ReadFrom.ANYWHERE)) {
      return Watched.named(Rooms.clusters(settings, open, Optional.of(name)).getFirst().name());
    }
  }

  /** What the configuration has run by itself. */
  public static List<ScheduledJob> jobs(Settings settings) {
    return Jobs.of(settings).stream()
        .map(job -> new ScheduledJob(job.name(), job.plan(), job::turn))
        .toList();
  }

  private static Watched watched(Settings settings, ClusterName name, ClusterSettings declared) {
    try {
      NamedSite first = settings.repository().sites().getFirst();
      return new Watched(
          name.text(),
          Optional.of(ConnectionSettings.parse(declared.connection())),
          Optional.of(declared.wal().spoolDirectory()),
          declared.prove().signingPublicKeyFile().map(SigningKeys::publicKey),
          Plans.of(declared),
          OpenCluster.retention(first, declared).isPresent(),
          Optional.empty());
    } catch (HoldfastException e) {
      return Watched.broken(name.text(), e);
    }
  }

  /** Opens the configured repository for looks; sites that are away are left out. */
  public static Opening opening(Rooms rooms, Settings settings) {
    return () -> {
      OpenRepository open = rooms.reading(settings.repository(), ReadFrom.ANYWHERE);
      open.settle();
      return new Round(rooms, settings, open);
    };
  }

  private static final class Round implements Opening.Opened {
    private final Rooms rooms;
    private final Settings settings;
    private final OpenRepository open;
    private final List<Storage> storages = new ArrayList<>();
    private @Nullable List<SiteComparison.Place> places;

    Round(Rooms rooms, Settings settings, OpenRepository open) {
      this.rooms = rooms;
      this.settings = settings;
      this.open = open;
    }

    @Override
    public Repository repository() {
      return open.repository();
    }

    @Override
    public List<SiteComparison.Place> sites() {
      List<SiteComparison.Place> known = places;
      if (known == null) {
        List<NamedSite> declared = settings.repository().sites();
        known = declared.stream().map(site -> place(site, declared.size() == 1)).toList();
        places = known;
      }
      return known;
    }

    private SiteComparison.Place place(NamedSite site, boolean only) {
      return new SiteComparison.Place(
          site.name(),
          site.place().description(),
          site.required(),
          OpenCluster.keeping(settings, site),
          only ? this::repository : alone(site));
    }

    private Supplier<Repository> alone(NamedSite site) {
      Storage storage = rooms.storage(site);
      storages.add(storage);
      Storage patient = Storages.patient(storage, Patience.USUAL);
      return () -> open.repository().on(patient);
    }

    @Override
    public boolean whole() {
      return open.storage().copies().leftOut().isEmpty();
    }

    @Override
    public void close() {
      try (open) {
        storages.forEach(Storage::close);
      }
    }
  }
}
