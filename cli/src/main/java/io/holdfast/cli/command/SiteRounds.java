package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.ReadFrom;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.sync.Absent;
import io.holdfast.operations.sync.Repair;
import io.holdfast.operations.sync.Sync;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.RepairReport;
import io.holdfast.repository.Repository;
import io.holdfast.repository.SyncReport;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.settings.S3Settings;
import io.holdfast.settings.Settings;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Goes from site to site, and looks at each by itself. */
final class SiteRounds {
  private final Rooms rooms;
  private final Console console;
  private final Optional<String> cluster;
  private final Optional<Instant> asOf;

  /**
   * @param cluster only this one
   * @param asOf each site as it was then
   */
  SiteRounds(Rooms rooms, Console console, Optional<String> cluster, Optional<Instant> asOf) {
    this.rooms = rooms;
    this.console = console;
    this.cluster = cluster;
    this.asOf = asOf;
  }

  /**
   * One site.
   *
   * @param named as it is declared
   * @param site its name; null if there is only one
   * @param clusters as they lie there
   * @param repository opened wherever it can be
   * @param storage the site's own
   */
  record Round(
      NamedSite named,
      @Nullable String site,
      List<OpenCluster> clusters,
      OpenRepository repository,
      Storage storage,
      RepositorySettings settings) {}

  /**
   * @return what cannot be looked at, and why
   */
  List<String> visit(Optional<String> only, Consumer<Round> visitor) {
    Settings settings = rooms.settings();
    RepositorySettings declared = settings.repository();
    List<NamedSite> sites =
        only.map(name -> List.of(declared.site(name)))
            .orElseGet(() -> declared.sites().stream().filter(this::hasThat).toList());
    List<String> unseen = new ArrayList<>();
    try (OpenRepository opened =
        rooms.reading(declared, new ReadFrom(asOf.isPresent() ? only : Optional.empty(), asOf))) {
      for (NamedSite site : sites) {
        try (Storage storage = storage(site)) {
          visitor.accept(round(settings, opened, site, storage));
        } catch (HoldfastException e) {
          if (declared.sites().size() == 1 || e.status() == ExitStatus.INTERRUPTED) {
            throw e;
          }
          console.failure(e);
          unseen.add("site " + site.name() + " could not be looked at: " + e.getMessage());
        }
      }
    }
    return unseen;
  }

  /** Only buckets have a past; to ask a directory for it is a mistake only if it was named. */
  private boolean hasThat(NamedSite site) {
    return asOf.isEmpty() || site.place() instanceof S3Settings;
  }

  private Storage storage(NamedSite site) {
    return asOf.map(moment -> rooms.storageAsOf(site, moment)).orElseGet(() -> rooms.storage(site));
  }

  private Round round(Settings settings, OpenRepository opened, NamedSite site, Storage storage) {
    RepositorySettings declared = settings.repository();
    OpenRepository alone = new OpenRepository(storage, opened.repository().on(storage), declared);
    requireKey(alone.repository(), site);
    List<OpenCluster> clusters = Rooms.clusters(settings, alone, cluster);
    return new Round(
        site,
        declared.sites().size() == 1 ? null : site.name(),
        clusters,
        opened,
        storage,
        declared);
  }

  /** Whatever lies there, by itself it restores nothing then. */
  private static void requireKey(Repository alone, NamedSite site) {
    if (alone.encrypted() && alone.keySlotIds().isEmpty()) {
      throw new HoldfastException(
          ExitStatus.REPOSITORY_FAILED,
          "could not use site "
              + site.name()
              + " by itself: expected key slots, found none, so that nobody can open it",
          "`holdfast sync " + site.name() + " --from SITE` brings them from another one.");
    }
  }

  /** Backups of a cluster that other sites have and that this one should have. */
  Set<BackupId> absent(Round round, OpenCluster cluster) {
    return asOf.isPresent()
        ? Set.of()
        : Absent.from(
            round.repository().repository().cluster(cluster.name()),
            cluster.archive(),
            OpenCluster.keeping(rooms.settings(), round.named()),
            console.clock().instant());
  }

  /** Brings a site the backups that it should have from each of the others, and says which. */
  List<String> bringAbsent(Round round) {
    List<String> said = new ArrayList<>();
    for (NamedSite other : round.settings().sites()) {
      if (!other.equals(round.named())) {
        try (Storage storage = rooms.storage(other)) {
          bring(round, other, storage).stream()
              .map(each ->
                  each.cluster()
                      + "/"
                      + each.backup()
                      + " on site "
                      + round.named().name()
                      + ": brought back from site "
                      + other.name())
              .forEach(said::add);
        }
      }
    }
    return said;
  }

  private List<SyncReport.Announced> bring(Round round, NamedSite other, Storage storage) {
    boolean primary = other.equals(round.settings().sites().getFirst());
    return new Sync(
            round.repository().repository().on(storage),
            storage,
            new Sync.Options(primary, 0, 4),
            console.progress())
        .to(
            round.named().name(),
            round.storage(),
            OpenCluster.keeping(rooms.settings(), round.named()),
            console.clock())
        .announced();
  }

  /** Puts good copies of the other sites back, and says what was done. */
  List<String> repair(Round round, String name) {
    List<String> said = new ArrayList<>();
    List<Site> others = new ArrayList<>();
    try {
      for (NamedSite site : round.settings().sites()) {
        if (!site.name().equals(round.site())) {
          others.add(new Site(site.name(), rooms.storage(site), false));
        }
      }
      String at = round.site() == null ? "" : " on site " + round.site();
      RepairReport report =
          Repair.of(
              round.repository().repository(), name, round.storage(), others, console.progress());
      report
          .mended()
          .forEach(each ->
              said.add(
                  each.object()
                      + at
                      + ": put back from site "
                      + each.from()
                      + "; it was not whole: "
                      + each.was()));
      report
          .lost()
          .forEach(each ->
              said.add(each.object() + at + ": NO GOOD COPY on another site: " + each.was()));
      return said;
    } finally {
      others.forEach(site -> site.storage().close());
    }
  }
}
