package io.holdfast.cli.wiring;

import io.holdfast.operations.status.SiteComparison;
import io.holdfast.operations.status.SiteStatus;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.Settings;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** How the sites of a repository stand to each other. */
public final class SitesBeside {
  private SitesBeside() {}

  /** Each of several sites as it is now; empty where there is one. */
  public static List<SiteStatus> compare(Rooms rooms, OpenRepository open, Instant now) {
    return compare(rooms, rooms.settings(), open, now, cluster -> true);
  }

  /**
   * As above, for settings at hand.
   *
   * @param clusters which are looked at
   */
  static List<SiteStatus> compare(
      Rooms rooms,
      Settings settings,
      OpenRepository open,
      Instant now,
      Predicate<String> clusters) {
    List<NamedSite> declared = open.settings().sites();
    if (declared.size() == 1) {
      return List.of();
    }
    List<Storage> opened = new ArrayList<>();
    try {
      List<SiteComparison.Place> places =
          declared.stream().map(each -> place(rooms, settings, open, each, opened)).toList();
      return SiteComparison.of(places, open.repository(), now, clusters);
    } finally {
      opened.forEach(Storage::close);
    }
  }

  private static SiteComparison.Place place(
      Rooms rooms, Settings settings, OpenRepository open, NamedSite site, List<Storage> opened) {
    Storage storage = rooms.storage(site);
    opened.add(storage);
    Storage patient = Storages.patient(storage, Patience.USUAL);
    return new SiteComparison.Place(
        site.name(),
        site.place().description(),
        site.required(),
        OpenCluster.keeping(settings, site),
        () -> open.repository().on(patient));
  }
}
