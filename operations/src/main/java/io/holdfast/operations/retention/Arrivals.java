package io.holdfast.operations.retention;

import io.holdfast.operations.changes.SummaryStore;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.NewerFormatException;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.SyncRequest;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What a site wants of another one's backups and WAL: not what its own rules would remove at once.
 * They are asked as if all of it was there already. Nothing is passed over of which that cannot be
 * known.
 */
public final class Arrivals implements SyncRequest.Choice {
  private final Set<BackupId> unwanted;
  private final List<WalFloor> floors;

  private Arrivals(Set<BackupId> unwanted, List<WalFloor> floors) {
    this.unwanted = unwanted;
    this.floors = floors;
  }

  /**
   * @param policy of the destination
   * @param unknown told why everything is wanted, if that is so because something there cannot be
   *     read
   */
  public static SyncRequest.Choice of(
      ClusterArchive source,
      ClusterArchive there,
      Policy policy,
      Instant now,
      Consumer<HoldfastException> unknown) {
    try {
      Stock own = Stock.take(there);
      return of(own, Stock.take(source, id -> own.find(id).isEmpty()), policy, now);
    } catch (HoldfastException e) {
      if (e.getCause() instanceof RepositoryDamagedException
          || e.getCause() instanceof NewerFormatException) {
        unknown.accept(e);
        return SyncRequest.Choice.ALL;
      }
      throw e;
    }
  }

  private static SyncRequest.Choice of(Stock own, Stock coming, Policy policy, Instant now) {
    List<Contender> both = new ArrayList<>(own.contenders());
    both.addAll(coming.all());
    Set<BackupId> unwanted =
        policy.decide(both, now).stream()
            .filter(verdict -> !verdict.kept())
            .map(verdict -> verdict.backup().id())
            .filter(id -> coming.find(id).isPresent())
            .collect(Collectors.toSet());
    List<WalNeed> needed = new ArrayList<>(own.walWithout(Set.of()));
    needed.addAll(coming.walWithout(unwanted));
    return new Arrivals(unwanted, WalFloor.of(needed));
  }

  @Override
  public boolean wants(BackupId backup) {
    return !unwanted.contains(backup);
  }

  @Override
  public boolean wants(String area, String name) {
    return switch (area) {
      case WalArchive.AREA ->
          floors.stream()
              .noneMatch(floor ->
                  WalArchive.item(floor.systemIdentifier(), floor.segmentSize(), name)
                      .filter(floor::isBelow)
                      .isPresent());
      case SummaryStore.AREA ->
          floors.stream()
              .noneMatch(floor -> summarised(floor, name).filter(floor::isBelow).isPresent());
      default -> true;
    };
  }

  private static Optional<WalSegment> summarised(WalFloor floor, String name) {
    return name.startsWith(Long.toUnsignedString(floor.systemIdentifier()) + "/")
        ? WalSegment.parse(name.substring(name.lastIndexOf('/') + 1), floor.segmentSize())
        : Optional.empty();
  }
}
