package io.holdfast.cli.command;

import io.holdfast.cli.wiring.NodeSharing;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.cli.wiring.SitesBeside;
import io.holdfast.operations.doctor.DiskSpace;
import io.holdfast.operations.doctor.DoctorCode;
import io.holdfast.operations.doctor.Finding;
import io.holdfast.operations.doctor.KeyRules;
import io.holdfast.operations.doctor.NodeRules;
import io.holdfast.operations.doctor.RecordRules;
import io.holdfast.operations.doctor.ScheduleRules;
import io.holdfast.operations.doctor.SiteRules;
import io.holdfast.operations.doctor.SpaceRules;
import io.holdfast.operations.doctor.WatchRules;
import io.holdfast.operations.status.SiteStatus;
import io.holdfast.repository.KeySlots;
import io.holdfast.repository.Repository;
import io.holdfast.settings.ChannelSettings.Healthchecks;
import io.holdfast.settings.ClusterSettings;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.HoldfastException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks at all that is configured, one thing after the other; what fails keeps nothing from it. */
final class Examination {
  private final Rooms rooms;
  private final Settings settings;
  private final Optional<String> wanted;
  private final InstantSource clock;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> unusable = new HashSet<>();
  private final List<SiteCheck> sites = new ArrayList<>();
  private final Map<String, Long> dataDevices = new HashMap<>();

  /**
   * @param wanted the only cluster that is looked at; empty for all
   */
  Examination(Rooms rooms, Settings settings, Optional<String> wanted, InstantSource clock) {
    this.rooms = rooms;
    this.settings = settings;
    this.wanted = wanted;
    this.clock = clock;
  }

  List<Finding> all() {
    findings.add(
        Finding.ok(
            "configuration", settings.file() + ", clusters: " + settings.clusters().keySet()));
    lookAtSites();
    try (OpenRepository repository = rooms.open(settings.repository())) {
      lookInto(repository);
    } catch (HoldfastException e) {
      findings.add(Finding.of(DoctorCode.REPOSITORY_UNUSABLE, "repository", e));
    }
    findings.addAll(
        SiteRules.together(
            sites.stream().map(SiteCheck::look).toList(), dataDevices, settings.file().toString()));
    lookForWatchers();
    return List.copyOf(findings);
  }

  private void lookAtSites() {
    List<NamedSite> declared = settings.repository().sites();
    for (NamedSite site : declared) {
      SiteCheck check = SiteCheck.of(rooms, site, declared.size() == 1, clock);
      sites.add(check);
      findings.addAll(check.findings());
      if (!check.usable()) {
        unusable.add(site.name());
      }
    }
  }

  private void lookInto(OpenRepository open) {
    Repository repository = open.repository();
    findings.add(
        Finding.ok(
            "repository",
            repository.description()
                + repository
                    .keySlots()
                    .map(slots -> ", opened by slot " + slots.openedBy().id())
                    .orElse("")));
    findings.addAll(
        repository
            .keySlots()
            .map(KeySlots::list)
            .map(KeyRules::of)
            .orElseGet(() -> List.of(KeyRules.none())));
    compareSites(open);
    settings
        .service()
        .nodes()
        .map(nodes -> NodeSharing.look(settings, nodes, open))
        .ifPresent(look -> findings.add(NodeRules.of(look, settings.file().toString())));
    SchedulesCheck schedules = new SchedulesCheck(settings, repository, clock.instant());
    findings.addAll(ScheduleRules.ofAll(schedules.ofAll()));
    findings.addAll(RecordRules.of(schedules.flaws()));
    for (OpenCluster cluster : Rooms.clusters(settings, open, wanted)) {
      ClusterCheck check = ClusterCheck.of(cluster, schedules.of(cluster.name()), clock);
      findings.addAll(check.findings());
      cluster.settings().ifPresent(declared -> lookForSpace(declared, check));
    }
  }

  private void compareSites(OpenRepository open) {
    try {
      List<SiteStatus> compared =
          SitesBeside.compare(rooms, open, clock.instant()).stream()
              .filter(site -> !unusable.contains(site.site()))
              .toList();
      findings.addAll(SiteRules.compared(compared));
    } catch (HoldfastException e) {
      findings.add(Finding.unchecked("sites", "how they stand to each other", e));
    }
  }

  private void lookForSpace(ClusterSettings declared, ClusterCheck check) {
    String name = declared.name().text();
    List<Finding> found = new ArrayList<>();
    if (declared.wal().receive()) {
      DiskSpace.of("spool of " + name, declared.wal().spoolDirectory())
          .ifPresent(space -> found.add(SpaceRules.of(space)));
    }
    check
        .directory()
        .flatMap(DirectoryCheck::path)
        .flatMap(path -> DiskSpace.of("pg_wal of " + name, path.resolve("pg_wal")))
        .ifPresent(space -> found.add(SpaceRules.of(space)));
    check
        .directory()
        .flatMap(DirectoryCheck::path)
        .flatMap(path -> DiskSpace.of("data directory of " + name, path))
        .ifPresent(space -> dataDevices.put(name, space.device()));
    DiskSpace.of("scratch directory of " + name, declared.prove().scratchDirectory())
        .ifPresent(space -> found.addAll(SpaceRules.scratch(space, check.bytes())));
    found.forEach(finding -> findings.add(finding.in(name)));
  }

  private void lookForWatchers() {
    int pinged =
        (int)
            settings.notifications().channels().stream()
                .filter(channel -> channel.target() instanceof Healthchecks)
                .count();
    int channels = settings.notifications().channels().size() - pinged;
    findings.addAll(
        WatchRules.of(
            !settings.schedules().isEmpty(),
            channels,
            pinged,
            settings.service().metrics().map(metrics -> text(metrics.listen())),
            settings.file().toString()));
  }

  private static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }
}
