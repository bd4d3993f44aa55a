package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.ReadFrom;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.backup.Backups;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says something of a backup on every site that has it: what is noted of a backup is noted for one
 * site alone.
 */
final class BackupOnSites {
  private final Console console;
  private final Rooms rooms;
  private final Optional<String> cluster;
  private final Optional<String> only;
  private String name = "";
  private Optional<ExitStatus> failed = Optional.empty();

  /**
   * @param only on this site alone
   */
  BackupOnSites(Console console, Rooms rooms, Optional<String> cluster, Optional<String> only) {
    this.console = console;
    this.rooms = rooms;
    this.cluster = cluster;
    this.only = only;
  }

  /** What is said; tells whether that changed anything. */
  interface Word {
    boolean say(Backups backups, BackupId id);
  }

  /**
   * What it came to.
   *
   * @param changed on any site
   * @param sites where it changed something; where it did nowhere, those that have the backup
   * @param without those that could be asked and do not have it
   */
  record Told(BackupId id, boolean changed, List<String> sites, List<String> without) {}

  /**
   * @param texts ids, starts of one, or "latest"
   * @throws HoldfastException (usage) if one of them means no backup
   */
  List<BackupId> find(List<String> texts) {
    try (OpenCluster open = rooms.readingCluster(cluster, new ReadFrom(only, Optional.empty()))) {
      name = open.name();
      return texts.stream().map(new Backups(open.archive())::find).distinct().toList();
    }
  }

  /** A site that fails is told, and does not keep the others from being told; {@link #status}. */
  Told say(BackupId id, Word word) {
    RepositorySettings repository = rooms.settings().repository();
    List<NamedSite> sites =
        only.map(site -> List.of(repository.site(site))).orElse(repository.sites());
    Map<String, Boolean> told = new LinkedHashMap<>();
    List<String> without = new ArrayList<>();
    for (NamedSite site : sites) {
      try (OpenRepository open = rooms.onSite(repository, site.name())) {
        ClusterArchive there = open.repository().cluster(name);
        if (there.backupIds().contains(id)) {
          told.put(site.name(), word.say(new Backups(there), id));
        } else {
          without.add(site.name());
        }
      } catch (HoldfastException e) {
        if (sites.size() == 1) {
          throw e;
        }
        console.failure(e);
        console.warn("backup " + id + " on site " + site.name() + " is as it was; try again");
        failed = failed.or(() -> Optional.of(e.status()));
      }
    }
    boolean changed = told.containsValue(true);
    return new Told(
        id,
        changed,
        told.entrySet().stream()
            .filter(each -> each.getValue() || !changed)
            .map(Map.Entry::getKey)
            .toList(),
        without);
  }

  /** For people: {@code " on nas, offsite"}, nothing where there is but one site. */
  static String where(List<String> sites) {
    return sites.equals(List.of(RepositorySettings.ONLY_SITE))
        ? ""
        : " on " + String.join(", ", sites);
  }

  /** That of the first site that failed. */
  ExitStatus status() {
    return failed.orElse(ExitStatus.DONE);
  }
}
