package io.holdfast.operations.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.notes.Standing;
import io.holdfast.operations.retention.Ledger.Entry;
import io.holdfast.operations.retention.MadeUpCluster.Made;
import io.holdfast.operations.sync.Sync;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Repository;
import io.holdfast.repository.WriteOptions;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.storage.Fault;
import io.holdfast.testkit.storage.FaultyStorage;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Hosts with clocks of their own do at random what can be done to two clusters on two sites: back
 * up through both sites or one, archive WAL, prune, delete, pin, undelete, sync. Each deed may meet
 * a site in trouble, may be killed, may sleep beyond its leases, and another host may do something
 * in its midst. After each deed everything is compared with what must be there.
 */
final class RandomWorld {
  private static final int KEPT = 3;
  private static final Duration GRACE = Duration.ofDays(2);
  private static final Policy POLICY =
      new Policy(KEPT, Map.of(), Optional.empty(), ZoneOffset.UTC, GRACE);
  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Fault[] FAULTS = {
    Fault.ERROR_BEFORE,
    Fault.ERROR_AFTER,
    Fault.TIME_OUT,
    Fault.STALE_LIST,
    Fault.DEATH_BEFORE,
    Fault.DEATH_AFTER
  };
  private static final List<String> CLUSTERS = List.of("main", "other");

  private final Storage nas = Storages.memory("nas");
  private final Storage offsite = Storages.memory("offsite");
  private final SplittableRandom random;
  private final List<Host> hosts = new ArrayList<>();
  private final Map<String, Ledger> ledgers = new TreeMap<>();
  private final Map<String, Ledger> copies = new TreeMap<>();
  private final Map<BackupId, Entry> everMade = new TreeMap<>();
  private final Map<String, Integer> seen = new TreeMap<>();
  private final List<String> log = new ArrayList<>();
  private Instant now = MadeUpCluster.night(1);
  private boolean clocksJumped;
  private boolean amidst;
  private int made;

  /** A machine that runs the program. */
  private final class Host implements InstantSource {
    final String name;
    Duration skew;

    Host(String name, Duration skew) {
      this.name = name;
      this.skew = skew;
    }

    @Override
    public Instant instant() {
      return now.plus(skew);
    }
  }

  RandomWorld(long seed) {
    random = new SplittableRandom(seed);
    hosts.add(new Host("a", Duration.ZERO));
    hosts.add(new Host("b", Duration.ofSeconds(random.nextInt(180))));
    hosts.add(new Host("c", Duration.ofSeconds(-random.nextInt(180))));
    for (String name : CLUSTERS) {
      ledgers.put(name, new Ledger());
      copies.put(name, new Ledger());
    }
    MadeUpCluster.create(nas, () -> now).close();
    Repository.found(nas, offsite);
  }

  List<String> log() {
    return log;
  }

  Map<String, Integer> seen() {
    return seen;
  }

  private void count(String what) {
    seen.merge(what, 1, Integer::sum);
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private Ledger ledger(String cluster) {
    return ledger(nas, cluster);
  }

  private Ledger ledger(Storage site, String cluster) {
    return Objects.requireNonNull((site.equals(nas) ? ledgers : copies).get(cluster));
  }

  private String name(Storage site) {
    return site.equals(nas) ? "nas" : "offsite";
  }

  void step() {
    timeGoesOn();
    String cluster = any(CLUSTERS);
    deed(any(hosts), cluster, trouble());
    inspect(nas, cluster);
    inspect(offsite, cluster);
  }

  private void timeGoesOn() {
    now = now.plusSeconds(61 + random.nextInt(oneIn(3) ? 80_000 : 2_000));
    if (oneIn(40)) {
      Host host = any(hosts);
      host.skew = any(List.of(Duration.ofHours(1), Duration.ofDays(3), Duration.ofDays(-3)));
      clocksJumped = true;
      note("the clock of " + host.name + " jumps by " + host.skew);
    } else if (clocksJumped && oneIn(4)) {
      hosts.forEach(host -> host.skew = Duration.ZERO);
    }
  }

  private void note(String what) {
    log.add(what);
  }

  // ---- what may go wrong with one deed

  /** The sites as a host sees them during one deed. */
  private record Sites(FaultyStorage nas, FaultyStorage offsite, String trouble, Set<String> met) {
    boolean undisturbed() {
      return trouble.isEmpty();
    }

    void close() {
      nas.close();
      offsite.close();
    }
  }

  private Sites calm() {
    return new Sites(
        FaultyStorage.over(nas, 1), FaultyStorage.over(offsite, 1), "", new HashSet<>());
  }

  private Sites trouble() {
    Sites sites = calm();
    int kind = random.nextInt(10);
    if (kind < 4) {
      return sites;
    }
    String text;
    if (kind < 7) {
      Fault fault = FAULTS[random.nextInt(FAULTS.length)];
      boolean first = !oneIn(3);
      int nth = 1 + random.nextInt(80);
      (first ? sites.nas() : sites.offsite()).failing(nth, fault);
      text = (first ? "nas" : "offsite") + " " + fault + " at call " + nth;
    } else {
      boolean sleeps = oneIn(2);
      Host other = any(hosts);
      int nth = 1 + random.nextInt(14);
      sites
          .nas()
          .before((number, call, what) -> {
            if (number == nth && sites.met().isEmpty()) {
              sites.met().add("meddled");
              now = now.plusSeconds(sleeps ? 120 : 0);
              meddle(other, sleeps);
            }
          });
      text = (sleeps ? "sleeps, then " : "") + other.name + " meddles at change " + nth;
    }
    return new Sites(sites.nas(), sites.offsite(), text, sites.met());
  }

  private void meddle(Host other, boolean first) {
    count(first ? "meddled late" : "meddled");
    note("  meanwhile:");
    amidst = true;
    for (String cluster : CLUSTERS) {
      deed(other, cluster, calm());
    }
    amidst = false;
    note("  on it goes");
  }

  // ---- deeds

  private void deed(Host host, String cluster, Sites sites) {
    int kind = random.nextInt(20);
    Ledger ledger = ledger(cluster);
    if (kind < 8) {
      backup(host, cluster, ledger, sites);
    } else if (kind < 12) {
      prune(host, cluster, oneIn(3) ? offsite : nas, sites);
    } else if (kind < 15) {
      sync(host, sites);
    } else if (ledger.backups.isEmpty()) {
      backup(host, cluster, ledger, sites);
    } else {
      BackupId id = any(List.copyOf(ledger.backups.keySet()));
      switch (kind) {
        case 15 -> delete(host, cluster, ledger, id, sites);
        case 16, 17 -> word(host, cluster, ledger, "undelete", id, sites);
        case 18 -> word(host, cluster, ledger, "pin", id, sites);
        default -> word(host, cluster, ledger, "unpin", id, sites);
      }
    }
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  /** Whether it said that it was done. Undisturbed, it must be, but for what was said. */
  private boolean doing(Host host, String what, Sites sites, Work work) {
    note(
        now
            + " "
            + host.name
            + " "
            + what
            + (sites.undisturbed() ? "" : " [" + sites.trouble() + "]"));
    try {
      work.run();
      note("  done: " + what);
      return true;
    } catch (LeaseHeldException e) {
      note("  " + e.getMessage());
      count("had to wait");
      return false;
    } catch (HoldfastException e) {
      note("  " + e.getMessage());
      count(e.status() == ExitStatus.REFUSED ? "refused" : "failed");
      if (sites.undisturbed() && !amidst && e.status() != ExitStatus.REFUSED) {
        throw new AssertionError("nothing went wrong, and yet it failed", e);
      }
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      sites.close();
    }
  }

  private void backup(Host host, String cluster, Ledger ledger, Sites sites) {
    boolean both = !oneIn(3);
    BackupId id = new BackupId(ID.format(host.instant()) + String.format("-a%03d", made++ % 1000));
    Made what = new Made((int) ledger.nextSegment);
    if (!ledger.backups.isEmpty() && !oneIn(4)) {
      what.on(any(List.copyOf(ledger.backups.keySet())));
    }
    Entry entry = new Entry(id, host.instant(), ledger.nextSegment, false, Optional.empty());
    boolean announced =
        doing(
            host,
            "backs up "
                + cluster
                + (both ? " to both sites: " : " to the first site: ")
                + id
                + what.parent.map(parent -> " over " + parent).orElse(""),
            sites,
            () -> {
              try (Storage to = both ? mirror(sites) : sites.nas()) {
                write(host, to, cluster, ledger, id, entry.started(), what);
              }
            });
    everMade.put(id, entry);
    boolean exists = ids(nas, cluster).contains(id);
    assertThat(exists || !announced).as("announced backup %s exists", id).isTrue();
    if (exists) {
      ledger.backups.put(id, entry);
      count(announced ? "backed up" : "exists unannounced");
    }
    if (ids(offsite, cluster).contains(id)) {
      ledger(offsite, cluster).backups.putIfAbsent(id, entry);
      count("backed up on both sites");
    }
  }

  private static Storage mirror(Sites sites) {
    return Storages.mirror(
        List.of(new Site("nas", sites.nas(), true), new Site("offsite", sites.offsite(), false)),
        Repository.placement(),
        warning -> {},
        Patience.USUAL);
  }

  private static void write(
      Host host, Storage to, String name, Ledger ledger, BackupId id, Instant started, Made what) {
    try (MadeUpCluster cluster = MadeUpCluster.open(to, host, name);
        Lease lease = cluster.archive.acquire("backup", LeaseOptions.of("backup " + id))) {
      long first = what.startSegment;
      cluster.wal(1, first, first + 1);
      ledger.nextSegment = Math.max(ledger.nextSegment, first + 2);
      try (BackupWriter writer = cluster.archive.begin(id, new WriteOptions(3000, 0))) {
        writer.requiring(there -> hasWal(there, first));
        cluster.commit(writer, started, what, lease::ensureHeld);
      }
    }
  }

  private static boolean hasWal(ClusterArchive there, long first) {
    WalArchive wal = WalArchive.of(there, MadeUpCluster.SYSTEM, MadeUpCluster.SEGMENT);
    return wal.hasWhole(new WalSegment(1, first, MadeUpCluster.SEGMENT))
        && wal.hasWhole(new WalSegment(1, first + 1, MadeUpCluster.SEGMENT));
  }

  private void prune(Host host, String cluster, Storage site, Sites sites) {
    Ledger ledger = ledger(site, cluster);
    Set<BackupId> before = Set.copyOf(ledger.backups.keySet());
    Set<BackupId> beyond = ledger.beyond(KEPT);
    boolean certain = sites.undisturbed() && !amidst;
    Storage seen = site.equals(nas) ? sites.nas() : sites.offsite();
    boolean done =
        doing(
            host,
            "prunes " + cluster + " on " + name(site),
            sites,
            () -> {
              try (MadeUpCluster there = MadeUpCluster.open(seen, host, cluster)) {
                Prune.run(there.archive, POLICY, clocksJumped && oneIn(2), Progress.NONE, host);
              }
            });
    // In the middle of somebody else's prune, what is gone may be due by his clock.
    Set<BackupId> due = ledger.due(amidst ? latestClock() : host.instant());
    Set<BackupId> left = Set.copyOf(ids(site, cluster));
    for (BackupId id : Set.copyOf(ledger.backups.keySet())) {
      if (!left.contains(id)) {
        assertThat(due.contains(id) || ledger.touched.contains(id)).as("purged %s", id).isTrue();
        ledger.backups.remove(id);
        count("purged on " + name(site));
      }
    }
    beyond = certain ? beyond : union(beyond, ledger.beyond(KEPT));
    Set<BackupId> marked = takeMarks(cluster, site, ledger);
    if (marked.stream().allMatch(before::contains)) {
      assertThat(beyond).as("what was marked").containsAll(marked);
    }
    if (certain && done) {
      assertThat(marked).as("marked").isEqualTo(beyond);
      count("pruned");
    }
  }

  private Instant latestClock() {
    return hosts.stream().map(Host::instant).max(Instant::compareTo).orElseThrow();
  }

  private static Set<BackupId> union(Set<BackupId> one, Set<BackupId> other) {
    Set<BackupId> both = new TreeSet<>(one);
    both.addAll(other);
    return both;
  }

  /** What is marked now and was not before. */
  private Set<BackupId> takeMarks(String cluster, Storage site, Ledger ledger) {
    Set<BackupId> fresh = new TreeSet<>();
    Map<BackupId, Standing> standings = standings(cluster, site);
    ledger.backups.replaceAll((id, entry) -> {
      Optional<Instant> due =
          standings.getOrDefault(id, Standing.PLAIN).removal().map(r -> r.purgeAfter());
      if (due.isPresent() && entry.due().isEmpty()) {
        fresh.add(id);
      } else if (!ledger.touched.contains(id)) {
        assertThat(due.isPresent()).as("mark of %s", id).isEqualTo(entry.due().isPresent());
      }
      return entry.marked(due);
    });
    return fresh;
  }

  private Map<BackupId, Standing> standings(String cluster, Storage site) {
    try (MadeUpCluster there = MadeUpCluster.open(site, () -> now, cluster)) {
      return new Backups(there.archive).standings();
    }
  }

  private void delete(Host host, String cluster, Ledger ledger, BackupId id, Sites sites) {
    ledger.touched.add(id);
    boolean done =
        doing(
            host,
            "deletes " + id + " of " + cluster,
            sites,
            () -> {
              try (MadeUpCluster there = MadeUpCluster.open(sites.nas(), host, cluster)) {
                new Backups(there.archive).delete(id, true, host.instant());
              }
            });
    ledger.touched.remove(id);
    boolean exists = ids(nas, cluster).contains(id);
    Entry entry = ledger.backups.get(id);
    if (!exists && entry != null) {
      assertThat(entry.pinned()).as("deleted %s, which was pinned", id).isFalse();
      ledger.backups.remove(id);
      count("deleted");
    }
    assertThat(done && exists).isFalse();
  }

  private void word(
      Host host, String cluster, Ledger ledger, String verb, BackupId id, Sites sites) {
    ledger.touched.add(id);
    doing(
        host,
        verb + "s " + id + " of " + cluster,
        sites,
        () -> {
          try (MadeUpCluster there = MadeUpCluster.open(sites.nas(), host, cluster)) {
            Backups backups = new Backups(there.archive);
            switch (verb) {
              case "pin" -> backups.pin(id, "wanted", Optional.empty(), host.instant());
              case "unpin" -> backups.unpin(id, host.instant());
              default -> backups.undelete(id, host.instant());
            }
          }
        });
    ledger.touched.remove(id);
    Standing standing = standings(cluster, nas).getOrDefault(id, Standing.PLAIN);
    ledger.backups.computeIfPresent(
        id,
        (same, entry) -> {
          assertThat(amidst || verb.equals("pin") || !standing.pin().isPresent() || entry.pinned())
              .isTrue();
          assertThat(
                  amidst || verb.equals("unpin") || standing.pin().isPresent() || !entry.pinned())
              .as("pin of %s", id)
              .isTrue();
          if (entry.due().isPresent() && !standing.removed()) {
            count("undeleted");
          }
          return entry
              .pinned(standing.pin().isPresent())
              .marked(standing.removal().map(r -> r.purgeAfter()));
        });
  }

  private void sync(Host host, Sites sites) {
    boolean everything = oneIn(3);
    Keeping keeping =
        everything ? Keeping.EVERYTHING : new Keeping(name -> Optional.of(POLICY), true);
    Map<String, Set<BackupId>> before = new TreeMap<>();
    CLUSTERS.forEach(name -> before.put(name, Set.copyOf(ledger(name).backups.keySet())));
    Map<String, Set<BackupId>> newest = new TreeMap<>();
    CLUSTERS.forEach(name -> newest.put(name, newestOfBoth(name)));
    boolean certain = sites.undisturbed() && !amidst;
    boolean done =
        doing(
            host,
            "syncs" + (everything ? " everything" : ""),
            sites,
            () -> {
              try (MadeUpCluster from = MadeUpCluster.open(sites.nas(), host)) {
                new Sync(
                        from.repository(), sites.nas(), new Sync.Options(true, 0, 2), Progress.NONE)
                    .to("offsite", sites.offsite(), keeping, host);
              }
            });
    for (String name : CLUSTERS) {
      Ledger copy = ledger(offsite, name);
      Set<BackupId> there = Set.copyOf(ids(offsite, name));
      assertThat(there).containsAll(copy.backups.keySet());
      Map<BackupId, Standing> standings = standings(name, offsite);
      for (BackupId id : there) {
        if (!copy.backups.containsKey(id)) {
          boolean pinned = standings.getOrDefault(id, Standing.PLAIN).pin().isPresent();
          copy.backups.put(id, Objects.requireNonNull(everMade.get(id)).pinned(pinned));
        }
      }
      if (done && certain) {
        assertThat(there)
            .as("synced %s", name)
            .containsAll(Objects.requireNonNull((everything ? before : newest).get(name)));
        count(
            there.containsAll(Objects.requireNonNull(before.get(name)))
                ? "synced all"
                : "passed over");
      }
    }
  }

  /** What no rule of the other site lets a sync pass over. */
  private Set<BackupId> newestOfBoth(String cluster) {
    Ledger both = new Ledger();
    ledger(offsite, cluster).backups.values().stream()
        .filter(each -> each.due().isEmpty())
        .forEach(each -> both.backups.put(each.id(), each));
    Map<BackupId, Entry> there = ledger(offsite, cluster).backups;
    ledger(cluster).backups.values().stream()
        .filter(each -> !there.containsKey(each.id()))
        .forEach(each -> both.backups.put(each.id(), each.marked(Optional.empty())));
    Set<BackupId> wanted = new TreeSet<>(both.backups.keySet());
    wanted.removeAll(both.beyond(KEPT));
    return wanted;
  }

  // ---- what must hold

  private List<BackupId> ids(Storage site, String cluster) {
    try (MadeUpCluster there = MadeUpCluster.open(site, () -> now, cluster)) {
      return there.archive.backupIds();
    }
  }

  private void inspect(Storage site, String cluster) {
    Ledger ledger = ledger(site, cluster);
    try (MadeUpCluster there = MadeUpCluster.open(site, () -> now, cluster)) {
      assertThat(there.archive.backupIds())
          .as("on %s", name(site))
          .containsExactlyElementsOf(ledger.backups.keySet());
      there.requireWhole();
      if (site.equals(nas)) {
        List<String> wal = there.names("wal");
        for (long number = ledger.floor(); number < ledger.nextSegment; number++) {
          assertThat(wal).contains(MadeUpCluster.segment(1, number));
        }
      }
    }
  }

  /** Everything is well again: what was left undone is done, and nothing is lost by it. */
  void end() {
    now = now.plus(Duration.ofDays(4));
    hosts.forEach(host -> host.skew = Duration.ZERO);
    Host host = hosts.getFirst();
    for (String cluster : CLUSTERS) {
      Ledger ledger = ledger(cluster);
      for (Storage site : clocksJumped ? List.<Storage>of() : List.of(nas, offsite)) {
        int refused = seen.getOrDefault("refused", 0);
        prune(host, cluster, site, calm());
        assertThat(seen.getOrDefault("refused", 0)).as("clocks are right").isEqualTo(refused);
        now = now.plus(GRACE);
        Set<BackupId> due = ledger(site, cluster).due(now);
        prune(host, cluster, site, calm());
        assertThat(ledger(site, cluster).backups.keySet()).noneMatch(due::contains);
      }
      sync(host, calm());
      inspect(nas, cluster);
      inspect(offsite, cluster);
      while (!ledger.backups.isEmpty()) {
        BackupId id = any(List.copyOf(ledger.backups.keySet()));
        word(host, cluster, ledger, "unpin", id, calm());
        delete(host, cluster, ledger, id, calm());
        inspect(nas, cluster);
      }
    }
  }
}
