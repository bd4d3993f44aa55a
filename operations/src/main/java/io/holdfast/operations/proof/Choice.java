package io.holdfast.operations.proof;

import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.notes.Standing;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.NewerFormatException;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Together;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Which backups are proven. Those that were removed are passed over, unless one is named; one that
 * cannot be read is not: it is what should have been restored.
 */
public final class Choice {
  /** The kind of a backup whose manifest cannot be read. */
  public static final String UNKNOWN = "unknown";

  private final ClusterArchive archive;
  private final List<String> wanted;
  private final Optional<Instant> since;
  private final RandomGenerator random;
  private List<String> missing = List.of();

  /**
   * @param wanted kinds of backups; empty for one of each kind that there is
   * @param since no backup that was begun before is chosen, unless it is named
   */
  public Choice(
      ClusterArchive archive,
      List<String> wanted,
      Optional<Instant> since,
      RandomGenerator random) {
    this.archive = archive;
    this.wanted = List.copyOf(wanted);
    this.since = since;
    this.random = random;
  }

  /**
   * One backup of each kind, and those that nobody knows the kind of because they cannot be read.
   *
   * @param which {@code newest}, {@code oldest}, {@code random}, or what {@link Backups#find} takes
   * @throws HoldfastException (usage) if there is none
   */
  public List<BackupId> of(String which) {
    return switch (which) {
      case "newest", "latest" -> each(List::getLast);
      case "oldest" -> each(List::getFirst);
      case "random" -> each(ids -> ids.get(random.nextInt(ids.size())));
      default -> List.of(named(which));
    };
  }

  /** Kinds that were asked for and of which there was no backup to choose. */
  public List<String> missing() {
    return missing;
  }

  private BackupId named(String which) {
    BackupId id = new Backups(archive).find(which);
    if (!wanted.isEmpty() && !wanted.contains(kindOf(id))) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "backup "
              + id
              + " is a "
              + kindOf(id)
              + " backup, not a "
              + String.join(" or ", wanted)
              + " one",
          "Leave --kind out.");
    }
    return id;
  }

  private interface Pick {
    BackupId from(List<BackupId> ids);
  }

  private List<BackupId> each(Pick pick) {
    Map<String, List<BackupId>> kinds = kinds();
    List<BackupId> chosen = new ArrayList<>();
    kinds.forEach((each, ids) -> {
      if (each.equals(UNKNOWN)) {
        chosen.addAll(ids);
      } else if (wanted.isEmpty() || wanted.contains(each)) {
        chosen.add(pick.from(ids));
      }
    });
    missing = wanted.stream().filter(each -> !kinds.containsKey(each)).toList();
    if (chosen.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.UNVERIFIED,
          "cluster "
              + archive.name()
              + " has no "
              + (wanted.isEmpty() ? "" : String.join(" or ", wanted) + " ")
              + "backup"
              + since.map(time -> " since " + time).orElse("")
              + " to prove",
          "`holdfast backup " + archive.name() + "` makes one.");
    }
    return chosen;
  }

  /** Oldest first in each. */
  private Map<String, List<BackupId>> kinds() {
    Map<BackupId, Standing> standings = new Backups(archive).standings();
    List<BackupId> ids =
        archive.backupIds().stream()
            .filter(id -> !standings.getOrDefault(id, Standing.PLAIN).removed())
            .filter(id -> since.map(time -> !id.second().isBefore(time)).orElse(true))
            .toList();
    Map<String, List<BackupId>> kinds = new LinkedHashMap<>();
    Together.inTurn(
        ids,
        ClusterArchive.AT_ONCE,
        this::kindOf,
        (id, kind) -> kinds.computeIfAbsent(kind, any -> new ArrayList<>()).add(id));
    return kinds;
  }

  private String kindOf(BackupId id) {
    try {
      return archive.open(id).manifest().kind();
    } catch (RepositoryDamagedException | NewerFormatException e) {
      return UNKNOWN;
    }
  }
}
