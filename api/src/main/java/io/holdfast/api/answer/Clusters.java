package io.holdfast.api.answer;

import io.holdfast.api.Fleet;
import io.holdfast.operations.backup.BackupSummary;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.notes.Standing;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.operations.status.ClusterStatus;
import io.holdfast.operations.status.Status;
import io.holdfast.operations.view.BackupDetailView;
import io.holdfast.operations.view.BackupView;
import io.holdfast.operations.view.ClusterFindings;
import io.holdfast.operations.view.ClusterView;
import io.holdfast.operations.view.ProofLine;
import io.holdfast.operations.view.ReceiverView;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Repository;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What is answered of clusters, their backups and proofs. */
final class Clusters {
  private static final Comparator<String> UP = Comparator.naturalOrder();
  private static final Comparator<String> DOWN = Comparator.reverseOrder();

  private final Fleet fleet;
  private final InstantSource clock;

  Clusters(Fleet fleet, InstantSource clock) {
    this.fleet = fleet;
    this.clock = clock;
  }

  StatusAnswer status(Asked asked) {
    Repository repository = fleet.repository();
    Page<String> page =
        Page.of(repository.clusters().stream().sorted().toList(), name -> name, UP, asked);
    return new StatusAnswer(
        repository.description(),
        repository.encrypted(),
        page.items().stream().map(name -> view(repository, name)).toList(),
        page.items().isEmpty() ? List.of() : fleet.sites(Set.copyOf(page.items())::contains),
        page.next());
  }

  private ClusterView view(Repository repository, String name) {
    ClusterStatus status = new Status(repository, clock).of(name);
    return ClusterView.of(
        ClusterFindings.of(
            repository, status, fleet.declared(name), clock.instant(), warning -> {}));
  }

  ClustersAnswer names(Asked asked) {
    Page<String> page = Page.of(names(), name -> name, UP, asked);
    Set<String> declared = fleet.declared();
    return new ClustersAnswer(
        page.items().stream()
            .map(name -> new ClustersAnswer.Named(name, declared.contains(name)))
            .toList(),
        page.next());
  }

  private List<String> names() {
    Set<String> names = new TreeSet<>(fleet.declared());
    names.addAll(fleet.repository().clusters());
    return List.copyOf(names);
  }

  ClusterAnswer one(Asked asked) {
    String name = known(asked);
    Instant now = clock.instant();
    Optional<ReceiverView> receiver = Optional.ofNullable(fleet.receivers().get(name));
    ClusterView status = view(fleet.repository(), name);
    // WAL that no backup leads up to restores nothing, however fresh it is.
    Optional<Instant> safe =
        receiver
            .filter(each ->
                !status.windows().isEmpty() && status.windows().getLast().isContinuedBy(each))
            .flatMap(each -> Optional.ofNullable(each.safeUntil()));
    return new ClusterAnswer(
        status,
        receiver.orElse(null),
        safe.orElse(null),
        safe.map(until -> Math.max(0, Duration.between(until, now).toSeconds())).orElse(null),
        fleet.sites(name::equals));
  }

  BackupsAnswer backups(Asked asked) {
    String name = known(asked);
    ClusterArchive archive = fleet.repository().cluster(name);
    Page<BackupId> page = Page.of(archive.backupIds().reversed(), BackupId::text, DOWN, asked);
    Backups backups = new Backups(archive);
    Map<BackupId, Standing> standings = backups.standings();
    List<String> unreadable = new ArrayList<>();
    List<BackupView> views =
        backups
            .list(
                page.items(),
                (id, why) -> {
                  passOver(why);
                  unreadable.add(id.text());
                })
            .stream()
            .map(each ->
                BackupView.of(name, each, standings.getOrDefault(each.id(), Standing.PLAIN)))
            .toList();
    return new BackupsAnswer(views, unreadable, page.next());
  }

  BackupDetailView backup(Asked asked) {
    String name = known(asked);
    ClusterArchive archive = fleet.repository().cluster(name);
    Backups backups = new Backups(archive);
    BackupId id = find(archive, backups, asked.part(Parameter.BACKUP));
    BackupSummary summary = backups.show(id);
    Standing standing = backups.standings().getOrDefault(id, Standing.PLAIN);
    return BackupDetailView.of(
        BackupView.of(name, summary, standing), summary, backups.manifest(id));
  }

  private static BackupId find(ClusterArchive archive, Backups backups, String text) {
    try {
      BackupId id = backups.find(text);
      if (archive.backupIds().contains(id)) {
        return id;
      }
    } catch (HoldfastException e) {
      if (e.status() != ExitStatus.USAGE) {
        throw e;
      }
    }
    throw RefusalException.notThere("backup", "GET …/backups lists them.");
  }

  ProofsAnswer proofs(Asked asked) {
    Proofs proofs = new Proofs(fleet.repository().cluster(known(asked)));
    Page<Proofs.Entry> page = Page.of(proofs.list().reversed(), Proofs.Entry::name, DOWN, asked);
    List<ProofLine> lines = new ArrayList<>();
    int unreadable = 0;
    for (Proofs.Entry entry : page.items()) {
      try {
        proofs.read(entry).map(ProofLine::of).ifPresent(lines::add);
      } catch (HoldfastException e) {
        passOver(e);
        unreadable++;
      }
    }
    return new ProofsAnswer(lines, unreadable, page.next());
  }

  /** What cannot be read hides nothing else; what has no more time ends. */
  private static void passOver(HoldfastException e) {
    if (e.status() == ExitStatus.INTERRUPTED || Thread.currentThread().isInterrupted()) {
      throw e;
    }
  }

  private String known(Asked asked) {
    String name = asked.part(Parameter.CLUSTER);
    if (!fleet.declared().contains(name) && !fleet.repository().clusters().contains(name)) {
      throw RefusalException.notThere("cluster", "GET /api/v1/clusters lists them.");
    }
    return name;
  }

  ReceiversAnswer receivers(Asked asked) {
    Map<String, ReceiverView> all = fleet.receivers();
    Page<String> page = Page.of(all.keySet().stream().sorted().toList(), name -> name, UP, asked);
    return new ReceiversAnswer(page.items().stream().map(all::get).toList(), page.next());
  }

  /** What concerns no cluster alone stands on the first page. */
  IncidentsAnswer incidents(Asked asked) {
    Page<String> page =
        Page.of(fleet.declared().stream().sorted().toList(), name -> name, UP, asked);
    List<String> of = new ArrayList<>(page.items());
    if (asked.said(Parameter.CURSOR).isEmpty() && !of.isEmpty()) {
      of.addFirst("");
    }
    IncidentsAnswer found = new IncidentsAnswer(new ArrayList<>(), new ArrayList<>(), page.next());
    for (String cluster : of) {
      try {
        found.incidents().addAll(fleet.incidents(cluster));
      } catch (HoldfastException e) {
        passOver(e);
        found.unreadable().add(cluster);
      }
    }
    return found;
  }
}
