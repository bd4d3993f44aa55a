package io.holdfast.cli.wiring;

import io.holdfast.operations.proof.Drill;
import io.holdfast.operations.runbook.Disaster;
import io.holdfast.operations.runbook.Runbook;
import io.holdfast.operations.runbook.RunbookCommands;
import io.holdfast.settings.ClusterSettings;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Everything for a drill: the runbook's commands, the kit, and the cluster as the kit opens it,
 * from one site. What is carried out is the page as this program writes it now: the one beside the
 * backups is not sealed, so that anybody who can write there could have changed it. It is compared.
 */
public final class Drilling implements AutoCloseable {
  /** No moment looks like it. */
  private static final String MARK = "<moment>";

  private final DrillKit kit;
  private final OpenCluster open;
  private final NamedSite site;
  private final Drill drill;

  private Drilling(DrillKit kit, OpenCluster open, NamedSite site, Drill drill) {
    this.kit = kit;
    this.open = open;
    this.site = site;
    this.drill = drill;
  }

  /**
   * @param cluster the only one if left out
   * @param site the only one that is used; the last one if left out, which most often lies farthest
   * @param scratch where the kit's folder is made
   * @throws HoldfastException (no) if the runbook has no commands for that disaster
   */
  public static Drilling prepare(
      Rooms rooms,
      Optional<String> cluster,
      Optional<String> site,
      Disaster disaster,
      Path scratch,
      InstantSource clock,
      Progress progress,
      Consumer<String> warnings) {
    Settings settings = rooms.settings();
    List<NamedSite> sites = settings.repository().sites();
    NamedSite from = site.map(settings.repository()::site).orElse(sites.getLast());
    Page page = page(rooms, cluster, from, clock, warnings);
    DrillKit kit =
        DrillKit.pack(settings, from, page.cluster(), programs(settings, page), scratch, progress);
    try {
      Rooms kitRooms = new Rooms(() -> Optional.of(kit.config()), clock, warnings);
      return new Drilling(
          kit,
          kitRooms.readingCluster(Optional.of(page.cluster()), ReadFrom.ANYWHERE),
          from,
          new Drill(
              disaster.word(),
              kit.program(),
              kit.environment(),
              variables -> page.commands(disaster, variables, clock),
              page.stale()));
    } catch (RuntimeException e) {
      kit.close();
      throw e;
    }
  }

  private static Optional<Path> programs(Settings settings, Page page) {
    return Optional.ofNullable(settings.clusters().get(new ClusterName(page.cluster())))
        .flatMap(ClusterSettings::binDirectory);
  }

  /**
   * @param stale what of the page beside the backups is not as it would be written now
   */
  private record Page(String cluster, String text, Optional<String> stale) {
    List<List<String>> commands(
        Disaster disaster, Map<String, String> variables, InstantSource clock) {
      Map<String, String> all = new HashMap<>(variables);
      all.put("AS_OF", clock.instant().toString());
      return RunbookCommands.of(text, disaster, all);
    }
  }

  private static Page page(
      Rooms rooms,
      Optional<String> cluster,
      NamedSite site,
      InstantSource clock,
      Consumer<String> warnings) {
    ReadFrom from = new ReadFrom(Optional.of(site.name()), Optional.empty());
    try (OpenCluster open = rooms.readingCluster(cluster, from)) {
      Runbook now = new Runbooks(open, clock, warnings).now();
      Optional<String> stale =
          open.archive()
              .runbook()
              .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
              .flatMap(published -> now.difference(published))
              .map(line -> "on site " + site.name() + ", not as it would be now: " + line);
      return new Page(open.name(), now.endingWith(site.name()).page(), stale);
    }
  }

  /** As the kit opens it. */
  public OpenCluster open() {
    return open;
  }

  public NamedSite site() {
    return site;
  }

  public Drill drill() {
    return drill;
  }

  /** Whether the runbook's commands go back to a moment, which is then to be chosen. */
  public boolean backInTime() {
    return drill.commands().apply(Map.of("TIME", MARK)).stream()
        .anyMatch(command -> command.contains(MARK));
  }

  @Override
  public void close() {
    try (kit) {
      open.close();
    }
  }
}
