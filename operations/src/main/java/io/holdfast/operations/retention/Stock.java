package io.holdfast.operations.retention;

import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.backup.PackTable;
import io.holdfast.operations.files.FilesDetails;
import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.operations.notes.Notes;
import io.holdfast.operations.notes.Pin;
import io.holdfast.operations.notes.Removal;
import io.holdfast.operations.notes.Standing;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalGap;
import io.holdfast.operations.wal.WalInventory;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.NewerFormatException;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Together;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Everything that retention has to know of a cluster, read once. */
final class Stock {
  /** One backup; its tables, megabytes of a large one, are not held. */
  record Item(
      Contender contender,
      Optional<BackupId> parent,
      long bytesStored,
      Optional<Removal> removal,
      Optional<WalNeed> wal) {
    BackupId id() {
      return contender.id();
    }
  }

  private final Map<BackupId, Item> items = new LinkedHashMap<>();
  private final PackTable packs = new PackTable();

  private Stock() {}

  /**
   * @throws HoldfastException (repository) if a backup or a note cannot be read: what it needs, or
   *     says, nobody knows then
   */
  static Stock take(ClusterArchive cluster) {
    return take(cluster, id -> true);
  }

  /**
   * As above.
   *
   * @param wanted which backups; the others are not read
   */
  static Stock take(ClusterArchive cluster, Predicate<BackupId> wanted) {
    Stock stock = new Stock();
    Map<BackupId, Standing> standings =
        new Notes(cluster)
            .all(e -> {
              throw unreadable(cluster, e);
            });
    Map<Long, WalInventory> wal = new HashMap<>();
    Together.inTurn(
        cluster.backupIds().stream().filter(wanted).toList(),
        ClusterArchive.AT_ONCE,
        id -> read(cluster, id),
        (id, manifest) -> {
          stock.packs.add(manifest);
          Standing standing = standings.getOrDefault(id, Standing.PLAIN);
          Optional<Pin> pin = standing.pin().or(() -> pinOfDatabase(manifest, standings));
          stock.items.put(id, item(cluster, manifest, new Standing(pin, standing.removal()), wal));
        });
    stock.packs.lookFor(cluster);
    stock.items.replaceAll((id, item) -> stock.withoutItsPacks(item));
    new Proofs(cluster)
        .newest(stock.items.keySet(), unreadable -> {})
        .forEach(
            (id, proof) -> stock.items.computeIfPresent(id, (same, item) -> with(proof, item)));
    return stock;
  }

  /** A backup that did not restore stands for no other one. */
  private static Item with(Proof proof, Item item) {
    Contender before = item.contender();
    Contender after =
        proof.disproven()
            ? before.withFlaw("was disproven on " + proof.ended() + ", see holdfast proof show")
            : proof.restored() ? before.asProven() : before;
    return new Item(after, item.parent(), item.bytesStored(), item.removal(), item.wal());
  }

  private static Item item(
      ClusterArchive cluster, Manifest manifest, Standing standing, Map<Long, WalInventory> wal) {
    Optional<PhysicalDetails> physical =
        manifest.kind().equals(PhysicalDetails.KIND)
            ? Optional.of(PhysicalDetails.of(manifest))
            : Optional.empty();
    Optional<LogicalDetails.Choice> dumped = choice(manifest);
    return new Item(
        new Contender(
            manifest.id(),
            manifest.kind(),
            manifest.kind() + dumped.map(choice -> " " + choice.words()).orElse(""),
            manifest.started(),
            manifest.finished(),
            physical
                .flatMap(details -> flaw(cluster, details, wal))
                .or(() -> dumped.flatMap(Stock::flaw)),
            standing.pin(),
            false),
        manifest.parent(),
        manifest.totals().bytesStored(),
        standing.removal(),
        physical.map(WalNeed::of));
  }

  private static Optional<LogicalDetails.Choice> choice(Manifest manifest) {
    if (!manifest.kind().equals(LogicalFiles.KIND)) {
      return Optional.empty();
    }
    try {
      return Optional.of(LogicalDetails.of(manifest).choice());
    } catch (HoldfastException e) {
      return Optional.of(
          new LogicalDetails.Choice(List.of(), List.of(), List.of(String.valueOf(e.getMessage()))));
    }
  }

  private static Optional<String> flaw(LogicalDetails.Choice choice) {
    return choice.missing().isEmpty()
        ? Optional.empty()
        : Optional.of("is not all that was asked for: " + String.join("; ", choice.missing()));
  }

  /** Files stay as long as the pinned backup of the database that they were backed up with. */
  private static Optional<Pin> pinOfDatabase(Manifest manifest, Map<BackupId, Standing> standings) {
    return FilesDetails.databaseOf(manifest)
        .flatMap(id -> standings.getOrDefault(id, Standing.PLAIN).pin());
  }

  private Item withoutItsPacks(Item item) {
    int lost = packs.lost(item.id());
    return lost == 0
        ? item
        : new Item(
            item.contender()
                .withFlaw("cannot be restored: " + lost + " of its packs are missing or cut"),
            item.parent(),
            item.bytesStored(),
            item.removal(),
            item.wal());
  }

  private static HoldfastException unreadable(ClusterArchive cluster, HoldfastException note) {
    return new HoldfastException(
        ExitStatus.REPOSITORY_FAILED,
        "could not prune "
            + cluster.name()
            + ": expected to read what was said about every backup, found a note that may say that"
            + " one is to be kept: "
            + note.getMessage(),
        "Say anew what holds of the backup that the note's name begins with: `holdfast backups pin"
            + " ID --reason …`, or `holdfast backups unpin ID`. A damaged note is removed by that.",
        note);
  }

  private static Manifest read(ClusterArchive cluster, BackupId id) {
    try {
      return cluster.open(id).manifest();
    } catch (RepositoryDamagedException e) {
      throw unreadable(cluster, e, Backups.wayOut(cluster.name(), id));
    } catch (NewerFormatException e) {
      throw unreadable(cluster, e, "Prune with the version of Holdfast that wrote it.");
    }
  }

  private static HoldfastException unreadable(
      ClusterArchive cluster, HoldfastException manifest, String hint) {
    return new HoldfastException(
        ExitStatus.REPOSITORY_FAILED,
        "could not prune "
            + cluster.name()
            + ": expected to read every backup, found one that cannot be, and so may need"
            + " anything: "
            + manifest.getMessage(),
        hint,
        manifest);
  }

  private static Optional<String> flaw(
      ClusterArchive cluster, PhysicalDetails details, Map<Long, WalInventory> known) {
    WalInventory wal =
        known.computeIfAbsent(
            details.server().systemIdentifier(),
            server ->
                WalArchive.of(cluster, server, details.server().walSegmentSize()).inventory());
    PhysicalDetails.Window window = details.window();
    List<WalGap> missing =
        wal.missing(wal.path(window.stopTimeline()), window.start(), window.stop());
    if (!missing.isEmpty()) {
      return Optional.of("cannot be restored: WAL is missing, " + missing.getFirst());
    }
    return details.findings().clean()
        ? Optional.empty()
        : Optional.of("has " + details.findings().damagedPages() + " damaged pages");
  }

  Optional<Item> find(BackupId id) {
    return Optional.ofNullable(items.get(id));
  }

  Item item(BackupId id) {
    return find(id).orElseThrow(() -> new IllegalArgumentException("no such backup: " + id));
  }

  /** Those that were not removed before. */
  List<Contender> contenders() {
    return items.values().stream()
        .filter(item -> item.removal().isEmpty())
        .map(Item::contender)
        .toList();
  }

  /** Those too that were removed. */
  List<Contender> all() {
    return items.values().stream().map(Item::contender).toList();
  }

  /** Those that were removed before and lie there still, oldest first. */
  List<Waiting> waiting() {
    return items.values().stream()
        .flatMap(item -> item.removal().stream().map(r -> new Waiting(item.contender(), r)))
        .toList();
  }

  /** What is needed by all that lie there but these. */
  List<WalNeed> walWithout(Collection<BackupId> gone) {
    return items.values().stream()
        .filter(item -> !gone.contains(item.id()))
        .flatMap(item -> item.wal().stream())
        .toList();
  }

  PackTable packs() {
    return packs;
  }
}
