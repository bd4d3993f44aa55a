package io.holdfast.operations.retention;

import io.holdfast.operations.notes.Removal;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.vocabulary.ByteSize;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes the plan of a prune out of what is there. Changes nothing. */
final class Planner {
  private final ClusterArchive cluster;
  private final Stock stock;
  private final Policy policy;
  private final Instant now;
  private final List<String> notes = new ArrayList<>();

  Planner(ClusterArchive cluster, Stock stock, Policy policy, Instant now) {
    this.cluster = cluster;
    this.stock = stock;
    this.policy = policy;
    this.now = now;
  }

  PrunePlan plan() {
    List<Verdict> verdicts = policy.decide(stock.contenders(), now);
    List<Verdict> kept = verdicts.stream().filter(Verdict::kept).toList();
    List<Verdict> removed = verdicts.stream().filter(v -> !v.kept()).toList();
    List<Waiting> all =
        Stream.concat(stock.waiting().stream(), removed.stream().map(this::fromNow))
            .sorted(Comparator.comparing(Waiting::backup, Contender.NEWEST_FIRST.reversed()))
            .toList();
    List<Contender> purged = purged(all, kept);
    Set<BackupId> gone = purged.stream().map(Contender::id).collect(Collectors.toSet());
    List<Waiting> waiting =
        stock.waiting().stream().filter(w -> !gone.contains(w.backup().id())).toList();
    List<SpentWal> wal =
        WalFloor.of(stock.walWithout(gone)).stream()
            .map(floor -> SpentWal.find(cluster, floor))
            .toList();
    noteWalOfNoBackup();
    return new PrunePlan(
        cluster.name(),
        policy,
        now,
        kept.stream()
            .map(v -> new PrunePlan.Kept(v, stock.item(v.backup().id()).bytesStored()))
            .toList(),
        removed.stream().map(this::removed).toList(),
        stock.packs().freedBy(all.stream().map(w -> w.backup().id()).toList()),
        waiting,
        purged,
        stock.packs().freedBy(gone),
        wal.stream().mapToLong(SpentWal::count).sum(),
        wal.stream().mapToLong(SpentWal::bytes).sum(),
        notes);
  }

  private Waiting fromNow(Verdict removed) {
    return new Waiting(
        removed.backup(),
        new Removal(String.join("; ", removed.reasons()), now, now.plus(policy.grace())));
  }

  private PrunePlan.Removed removed(Verdict verdict) {
    long frees = stock.packs().freedBy(Set.of(verdict.backup().id())).bytes();
    return new PrunePlan.Removed(verdict, frees);
  }

  private List<Contender> purged(List<Waiting> all, List<Verdict> kept) {
    List<Contender> purged = new ArrayList<>();
    for (Waiting each : all) {
      if (!each.removal().isDue(now)) {
        continue;
      }
      if (each.backup().pin().filter(pin -> pin.holds(now)).isPresent()) {
        notes.add("backup " + each.backup().id() + " is not purged: it is pinned");
      } else if (!isOutlived(each.backup(), kept)) {
        notes.add(
            "backup "
                + each.backup().id()
                + " is not purged: no "
                + each.backup().kind()
                + " backup without a flaw stays");
      } else {
        purged.add(each.backup());
      }
    }
    return purged;
  }

  /** What was decided days ago holds only if there still is what it was decided for. */
  private static boolean isOutlived(Contender backup, List<Verdict> kept) {
    return kept.stream()
        .map(Verdict::backup)
        .anyMatch(each -> each.group().equals(backup.group()) && each.flaw().isEmpty());
  }

  private void noteWalOfNoBackup() {
    Set<Long> served =
        stock.walWithout(Set.of()).stream()
            .map(WalNeed::systemIdentifier)
            .collect(Collectors.toSet());
    for (long server : WalArchive.systemIdentifiers(cluster)) {
      if (!served.contains(server)) {
        long[] bytes = new long[1];
        WalArchive.find(cluster, server)
            .ifPresent(archive -> archive.list(item -> bytes[0] += item.storedBytes()));
        notes.add(
            "WAL of server "
                + Long.toUnsignedString(server)
                + " ("
                + ByteSize.format(bytes[0])
                + ") is kept: there is no backup of that server");
      }
    }
  }
}
