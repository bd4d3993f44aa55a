package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.NO_FENCE;
import static io.holdfast.repository.SampleRepository.bytes;
import static io.holdfast.repository.SampleRepository.facts;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.Manifest.PackUse;
import io.holdfast.storage.Storage;
import io.holdfast.testkit.storage.Fault;
import io.holdfast.testkit.storage.FaultyStorage;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What happens to one cluster's backups, at random: backups with and without parents, deletions,
 * removal of leftovers; each in a process of its own, which may be killed, or whose site may fail,
 * or beside which another process does something at the same time. Knows what every backup must
 * hold, and looks after each step.
 */
final class RandomHistory {
  private static final int MOST_BACKUPS = 6;
  private static final Fault[] FAULTS = {
    Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.DEATH_BEFORE, Fault.DEATH_AFTER
  };

  private final Storage site;
  private final KeySource keys;
  private final SplittableRandom random;
  private final RandomFiles files;
  private final NavigableMap<BackupId, NavigableMap<String, byte[]>> model = new TreeMap<>();
  private final List<String> log = new ArrayList<>();
  private final Map<String, Integer> seen = new HashMap<>();
  private final ClusterArchive beside;
  private Instant now = SampleRepository.NOW;
  private int ahead;
  private int backups;

  RandomHistory(Storage site, KeySource keys, long seed) {
    this.site = site;
    this.keys = keys;
    this.random = new SplittableRandom(seed);
    this.files = new RandomFiles(random);
    this.beside = process(site, () -> now.plusSeconds(ahead));
  }

  private ClusterArchive process(Storage over, InstantSource clock) {
    return Repository.open(over, keys, clock).cluster("main");
  }

  List<String> log() {
    return log;
  }

  /** How often what came about, so that a test can tell that it tested something. */
  Map<String, Integer> seen() {
    return seen;
  }

  private void note(String what) {
    log.add(what);
  }

  private void count(String what) {
    seen.merge(what, 1, Integer::sum);
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private Optional<BackupId> any() {
    return model.isEmpty()
        ? Optional.empty()
        : model.keySet().stream().skip(random.nextInt(model.size())).findFirst();
  }

  void step() {
    if (oneIn(8)) {
      tidy();
    } else if (oneIn(5)) {
      inAProcess("leftovers", Optional.empty(), this::removeLeftovers);
    } else if (model.size() >= MOST_BACKUPS || (oneIn(4) && !model.isEmpty())) {
      any().ifPresent(this::deleteInAProcess);
    } else {
      backup();
    }
    inspect();
  }

  private void deleteInAProcess(BackupId id) {
    inAProcess("delete " + id, Optional.of(id), process -> delete(process.cluster(), id));
  }

  // ---- backups

  /** A backup as it is meant to be. */
  private record Intent(
      BackupId id,
      Optional<BackupId> parent,
      Set<PackRef> evicted,
      NavigableMap<String, byte[]> before,
      NavigableMap<String, byte[]> contents) {}

  private void backup() {
    Intent intent = intent(oneIn(6) ? Optional.empty() : any());
    boolean announced =
        inAProcess(
            "backup "
                + intent.id()
                + " over "
                + intent.parent()
                + " less "
                + intent.evicted().size(),
            intent.parent(),
            process -> write(process, intent));
    settle(intent, announced);
  }

  private Intent intent(Optional<BackupId> parent) {
    BackupId id =
        new BackupId(String.format("20261122T%02d%02d00Z-aaaa", backups / 60, backups % 60));
    backups++;
    if (parent.isEmpty()) {
      return new Intent(id, parent, Set.of(), new TreeMap<>(), files.contents());
    }
    Set<PackRef> evicted = new HashSet<>();
    if (oneIn(3)) {
      for (PackUse use : beside.open(parent.get()).manifest().packs()) {
        if (oneIn(2)) {
          evicted.add(use.pack());
        }
      }
    }
    NavigableMap<String, byte[]> before = Objects.requireNonNull(model.get(parent.get()));
    return new Intent(id, parent, evicted, before, files.later(before));
  }

  private void write(Running process, Intent intent) {
    Optional<BackupReader> parent = intent.parent().map(process.cluster()::open);
    Map<String, StoredFile> old = new HashMap<>();
    parent.ifPresent(reader -> reader.files(each -> old.put(each.path(), each)));
    WriteOptions options = new WriteOptions(2_000 + random.nextInt(20_000), 1);
    try (BackupWriter writer = process.cluster().begin(intent.id(), options)) {
      parent.ifPresent(reader -> writer.inheriting(reader.manifest(), intent.evicted()));
      List<StoredFile> entries = new ArrayList<>();
      try (ChunkSink sink = writer.openSink()) {
        intent
            .contents()
            .forEach((path, bytes) -> {
              StoredFile known = old.get(path);
              entries.add(
                  known == null
                      ? files.fresh(path, bytes, sink)
                      : files.over(
                          known,
                          Objects.requireNonNull(intent.before().get(path)),
                          bytes,
                          intent.evicted(),
                          sink));
            });
      }
      entries.forEach(writer::add);
      record(writer.commit(facts(), process.fence()), intent);
    }
  }

  private void record(Manifest manifest, Intent intent) {
    assertThat(manifest.packs()).extracting(PackUse::pack).noneMatch(intent.evicted()::contains);
    if (intent.parent().isPresent()) {
      count("child");
    }
    if (!intent.evicted().isEmpty()) {
      count("compacted");
    }
    if (manifest.sections().stream()
        .anyMatch(each -> !each.chunk().pack().backup().equals(manifest.id()))) {
      count("section taken over");
    }
  }

  /** A backup that was announced exists; one that exists holds what it should. */
  private void settle(Intent intent, boolean announced) {
    boolean exists = beside.backupIds().contains(intent.id());
    if (announced) {
      assertThat(exists).as("announced backup %s exists", intent.id()).isTrue();
    } else if (exists) {
      count("exists unannounced");
    }
    if (exists) {
      model.put(intent.id(), intent.contents());
    }
  }

  // ---- deletion and leftovers

  private void delete(ClusterArchive cluster, BackupId id) {
    try {
      cluster.delete(id);
    } finally {
      if (!beside.backupIds().contains(id)) {
        model.remove(id);
      }
    }
  }

  private void removeLeftovers(Running process) {
    process.cluster().orphans().forEach(process.cluster()::remove);
  }

  /** When nobody writes any more, what lies there is what manifests name. */
  private void tidy() {
    now = now.plusSeconds(3600);
    note("tidy");
    beside.orphans().forEach(beside::remove);
    assertThat(beside.orphans()).isEmpty();
    Set<String> named = new HashSet<>();
    for (BackupId id : beside.backupIds()) {
      for (PackUse use : beside.open(id).manifest().packs()) {
        named.add(
            String.format(
                "clusters/main/packs/%s/%06d.pack", use.pack().backup(), use.pack().number()));
      }
    }
    assertThat(SampleRepository.keys(site, "clusters/main/packs"))
        .containsExactlyInAnyOrderElementsOf(named);
    assertThat(SampleRepository.keys(site, "clusters/main/leases")).isEmpty();
  }

  /** All that is left, in any order; the others hold, and at last nothing lies there. */
  void end() {
    tidy();
    while (!model.isEmpty()) {
      BackupId id = any().orElseThrow();
      note("delete " + id);
      delete(beside, id);
      inspect();
    }
    assertThat(SampleRepository.keys(site, "clusters/main")).isEmpty();
  }

  // ---- processes

  /** A process at work. */
  private record Running(ClusterArchive cluster, Runnable fence) {}

  /** Whether it said that it was done. Undisturbed, it must be. */
  private boolean inAProcess(String what, Optional<BackupId> focus, Consumer<Running> work) {
    FaultyStorage faulty = FaultyStorage.over(site, 1);
    Interference interference = new Interference(faulty);
    Trouble trouble = trouble(faulty, interference, focus);
    note(what + trouble.name());
    try {
      work.accept(new Running(process(interference.storage(), () -> now), trouble.fence()));
      note("  done");
      return true;
    } catch (HoldfastException e) {
      note("  " + e.getMessage());
      count("failed");
      if (trouble.name().isEmpty()) {
        throw new AssertionError("nothing went wrong, and yet it failed", e);
      }
      return false;
    }
  }

  /** What happens to a process; "" is nothing. */
  private record Trouble(String name, Runnable fence) {}

  private int anyCall() {
    return 1 + random.nextInt(60);
  }

  private Trouble trouble(
      FaultyStorage faulty, Interference interference, Optional<BackupId> focus) {
    int kind = random.nextInt(10);
    if (kind < 4) {
      return new Trouble("", NO_FENCE);
    }
    Fault fault = FAULTS[random.nextInt(FAULTS.length)];
    if (kind < 7) {
      place(interference, () -> faulty.failing(1, fault));
      return new Trouble(", " + fault, NO_FENCE);
    }
    boolean late = oneIn(2);
    Runnable meddle = () -> meddle(focus, late);
    if (!late && oneIn(2)) {
      // Not with a late one: a process that slept beyond its lease between fence and commit, and is
      // killed directly after it, is the one window that the format names.
      place(interference, () -> faulty.failing(1, fault));
    }
    if (oneIn(3)) {
      return new Trouble(", at its fence", meddle);
    }
    place(interference, meddle);
    return new Trouble(", meddled with" + (late ? " late" : ""), NO_FENCE);
  }

  private void place(Interference interference, Runnable what) {
    if (oneIn(2)) {
      interference.fromTurn(oneIn(2) ? 0 : random.nextInt(7), what);
    } else {
      interference.atCall(anyCall(), what);
    }
  }

  /**
   * What another process does meanwhile: perhaps after the first one slept beyond its lease,
   * perhaps on a host whose clock is ahead.
   */
  private void meddle(Optional<BackupId> focus, boolean late) {
    if (late) {
      ahead = 120;
      now = now.plusSeconds(oneIn(2) ? 120 : 0);
    }
    Set<BackupId> there = Set.copyOf(beside.backupIds());
    switch (random.nextInt(3)) {
      case 0 -> {
        note("  meanwhile leftovers");
        List<ClusterArchive.Orphan> orphans = beside.orphans();
        // Perhaps not to the end: then the writer's lease is still there, for leases come last.
        orphans.stream().limit(random.nextInt(orphans.size() + 1)).forEach(beside::remove);
      }
      case 1 -> backupBeside(focus.filter(there::contains));
      default -> {
        Optional<BackupId> id = focus.or(this::any).filter(there::contains);
        note("  meanwhile delete " + id);
        id.ifPresent(each -> delete(beside, each));
        count("deleted meanwhile");
      }
    }
    ahead = 0;
  }

  private void backupBeside(Optional<BackupId> parent) {
    Intent intent = intent(parent);
    note("  meanwhile backup " + intent.id() + " over " + intent.parent());
    write(new Running(beside, NO_FENCE), intent);
    settle(intent, true);
  }

  // ---- what must hold after every step

  private void inspect() {
    assertThat(beside.backupIds()).containsExactlyElementsOf(model.keySet());
    model.forEach((id, contents) -> inspect(beside.open(id), contents));
  }

  private static void inspect(BackupReader reader, NavigableMap<String, byte[]> contents) {
    List<String> paths = new ArrayList<>();
    try (ChunkReader chunks = reader.openReader()) {
      reader.files(file -> {
        paths.add(file.path());
        assertThat(bytes(chunks, file))
            .as("%s of %s", file.path(), reader.manifest().id())
            .isEqualTo(contents.get(file.path()));
      });
    }
    assertThat(paths).containsExactlyElementsOf(contents.keySet());
  }
}
