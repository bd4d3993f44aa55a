package io.holdfast.repository.backup;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.ChunkSink;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.ContentCutter;
import io.holdfast.repository.Extent;
import io.holdfast.repository.Lease;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Manifest.PackUse;
import io.holdfast.repository.Manifest.Section;
import io.holdfast.repository.Manifest.Totals;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.StoredFile;
import io.holdfast.repository.WriteOptions;
import io.holdfast.repository.backup.ParentSections.Cut;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.repository.format.ContainerFormat.Purpose;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A backup in the making: packs, then sections, then the manifest. */
public final class BackupUnderWay implements BackupWriter {
  private final Vault vault;
  private final ClusterLayout layout;
  private final BackupId id;
  private final WriteOptions options;
  private final ManifestStore manifests;
  private final Lease presence;
  private final FurtherSites further;
  private Predicate<ClusterArchive> elsewhere = archive -> true;
  private final Fingerprints fingerprints;
  private final PackLedger ledger;
  private final PackUsage usage = new PackUsage();
  private final SectionCutter sections;
  private final ParentSections parentSections;
  private final Map<PackRef, Long> inheritable = new HashMap<>();
  private final Set<PackRef> evictedPacks = new HashSet<>();
  private final Set<BackupId> parents = new LinkedHashSet<>();
  private final Tally tally = new Tally();
  private @Nullable PackSink sectionSink;
  private @Nullable String lastPath;
  private String lastFile = "";
  private State state = State.OPEN;

  /** How far the commit came: between the last two nobody knows whether the manifest is there. */
  private enum State {
    OPEN,
    COMMITTING,
    OVER
  }

  /**
   * @param presence held while the backup is written: it keeps the packs from being orphans
   * @param further begun already
   */
  public BackupUnderWay(
      Vault vault,
      ClusterLayout layout,
      BackupId id,
      WriteOptions options,
      Lease presence,
      FurtherSites further) {
    this.vault = vault;
    this.layout = layout;
    this.id = id;
    this.options = options;
    this.presence = presence;
    this.further = further;
    this.manifests = new ManifestStore(vault, layout);
    this.fingerprints = new Fingerprints(vault.keys());
    this.ledger = new PackLedger(id);
    this.parentSections = new ParentSections(vault, layout, fingerprints);
    this.sections = new SectionCutter(fingerprints, this::storeSection);
  }

  @Override
  public BackupId id() {
    return id;
  }

  @Override
  public ChunkSink openSink() {
    return openSink(Purpose.DATA);
  }

  @Override
  public ContentCutter cutter() {
    return new GearCutter(vault.keys());
  }

  private PackSink openSink(Purpose purpose) {
    return new PackSink(vault, layout, ledger, options, purpose, fingerprints);
  }

  /** Where the section lies: as it is in a parent's pack, or newly written. */
  private ChunkRef storeSection(Cut section) {
    ChunkRef chunk = parentSections.same(section).orElseGet(() -> write(section.bytes()));
    usage.add(chunk);
    return chunk;
  }

  private ChunkRef write(byte[] section) {
    PackSink sink = sectionSink;
    if (sink == null) {
      sink = openSink(Purpose.SECTION);
      sectionSink = sink;
    }
    return sink.store(section, 0, section.length);
  }

  @Override
  public void inheriting(Manifest parent, Set<PackRef> evicted) {
    requireNoEntries(parent);
    parents.add(parent.id());
    parent.packs().forEach(use -> inheritable.put(use.pack(), use.size()));
    evictedPacks.addAll(evicted);
    parentSections.add(parent, evicted);
    further.inheriting(parent);
  }

  @Override
  public void requiring(Predicate<ClusterArchive> onEverySite) {
    requireOpen();
    elsewhere = onEverySite;
  }

  /** What was added before could name packs that are given up now. */
  private void requireNoEntries(Manifest parent) {
    requireOpen();
    if (lastPath != null) {
      throw new IllegalStateException(
          "backup " + id + " has entries before it inherits from " + parent.id());
    }
  }

  @Override
  public long bytesStored() {
    return ledger.bytes();
  }

  @Override
  public void add(StoredFile file) {
    requireOpen();
    if (lastPath != null && StoredFile.PATH_ORDER.compare(lastPath, file.path()) >= 0) {
      throw new IllegalArgumentException(
          "paths must ascend, but '" + file.path() + "' came after '" + lastPath + "'");
    }
    String fault = EntryRules.fault(file);
    if (!fault.isEmpty()) {
      throw new IllegalArgumentException("'" + file.path() + "' has " + fault);
    }
    if (EntryRules.isBelow(file.path(), lastFile)) {
      throw new IllegalArgumentException(
          "'" + file.path() + "' lies below the file '" + lastFile + "'");
    }
    lastPath = file.path();
    if (file.kind() == StoredFile.Kind.FILE) {
      lastFile = file.path();
    }
    file.extents().forEach(this::use);
    tally.count(file);
    sections.add(file);
  }

  private void use(Extent extent) {
    if (!(extent instanceof Extent.Slice slice)) {
      return;
    }
    ChunkRef chunk = slice.chunk();
    boolean own = ledger.has(chunk.pack());
    Long inherited = inheritable.get(chunk.pack());
    if (!own && (inherited == null || chunk.offset() + chunk.storedLength() > inherited)) {
      throw new IllegalArgumentException(
          "chunk " + chunk + " is neither of backup " + id + " nor of one it inherits from");
    }
    if (evictedPacks.contains(chunk.pack())) {
      throw new IllegalArgumentException(
          "chunk " + chunk + " lies in a pack that backup " + id + " gives up");
    }
    if (!own) {
      tally.inherit(slice.length());
    }
    usage.add(chunk);
  }

  @Override
  public Manifest commit(Commit commit, Runnable fence) {
    requireOpen();
    List<Section> cut = sections.finish();
    if (sectionSink != null) {
      sectionSink.close();
    }
    ledger.requireDurable();
    removeUnusedPacks();
    List<PackUse> packs = usedPacks();
    requireParents();
    PackCheck.requireThere(vault.storage(), layout, packs);
    Protection.of(vault.storage(), layout, packs);
    long inPacks =
        packs.stream().filter(use -> ledger.has(use.pack())).mapToLong(PackUse::size).sum();
    ManifestStore.Sealed sealed =
        manifests.seal(manifest(commit, cut, packs, tally.totals(commit.bytesRead())), inPacks);
    fence.run();
    presence.ensureHeld();
    state = State.COMMITTING;
    manifests.create(sealed);
    state = State.OVER;
    manifests.confirm(sealed);
    requireStillOurs();
    further.announce(sealed, elsewhere);
    return sealed.manifest();
  }

  private Manifest manifest(Commit commit, List<Section> cut, List<PackUse> packs, Totals totals) {
    return new Manifest(
        id,
        layout.cluster(),
        commit.kind(),
        commit.parent(),
        commit.started(),
        commit.finished(),
        WriterVersion.text(),
        totals,
        packs,
        cut,
        commit.details());
  }

  private void removeUnusedPacks() {
    for (Map.Entry<PackRef, Long> own : ledger.finished().values()) {
      if (!usage.uses(own.getKey())) {
        vault.storage().delete(layout.pack(own.getKey()));
        ledger.forget(own.getKey());
      }
    }
  }

  private List<PackUse> usedPacks() {
    List<PackUse> packs = new ArrayList<>();
    for (Map.Entry<PackRef, Long> own : ledger.finished().values()) {
      packs.add(use(own.getKey(), own.getValue()));
    }
    inheritable.entrySet().stream()
        .filter(each -> usage.uses(each.getKey()))
        .map(each -> use(each.getKey(), each.getValue()))
        .sorted(
            Comparator.comparing((PackUse use) -> use.pack().backup())
                .thenComparingInt(use -> use.pack().number()))
        .forEach(packs::add);
    return packs;
  }

  private PackUse use(PackRef pack, long size) {
    return new PackUse(pack, size, usage.liveBytes(pack));
  }

  /**
   * Between the fence and the commit this process may have slept, and others may have taken it for
   * dead. Whoever removes its packs takes its lease away first and looks at the manifests then;
   * whoever deletes its parent looks at the manifests afterwards. So by looking at both now, one of
   * the two sees the other; and a manifest that came too late goes again.
   */
  private void requireStillOurs() {
    try {
      requireParents();
      presence.ensureHeld();
    } catch (HoldfastException e) {
      if (e.status() == ExitStatus.LEASE_HELD) {
        manifests.delete(id);
      }
      throw e;
    }
  }

  private void requireParents() {
    for (BackupId parent : parents) {
      if (!manifests.exists(parent)) {
        throw new HoldfastException(
            ExitStatus.LEASE_HELD,
            "could not commit backup "
                + id
                + ": expected its parent "
                + parent
                + " to be there, found that it was deleted meanwhile",
            "Take the backup again.");
      }
    }
  }

  private void requireOpen() {
    if (state != State.OPEN) {
      throw new IllegalStateException("backup " + id + " is over");
    }
  }

  /**
   * Removes the packs if there is no manifest. If the commit failed half-way, nobody knows whether
   * the manifest is or comes to be there: then the packs stay, as orphans at worst, and the lease
   * keeps them from being taken for such while the answer may still be on its way.
   */
  @Override
  public void close() {
    ledger.close();
    try {
      if (state == State.OPEN) {
        state = State.OVER;
        abandon();
      } else if (state == State.COMMITTING) {
        presence.leave();
      }
    } finally {
      parentSections.close();
      presence.close();
      further.close();
    }
  }

  private void abandon() {
    ledger.failed();
    PackSink sink = sectionSink;
    if (sink != null) {
      sink.abandon();
    }
    for (Map.Entry<PackRef, Long> own : ledger.finished().values()) {
      vault.storage().delete(layout.pack(own.getKey()));
    }
  }
}
