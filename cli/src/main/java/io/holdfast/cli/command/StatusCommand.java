package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Plans;
import io.holdfast.cli.wiring.ReadFrom;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.cli.wiring.SitesBeside;
import io.holdfast.operations.anomalies.Anomalies;
import io.holdfast.operations.anomalies.Anomaly;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.notes.Removal;
import io.holdfast.operations.proof.PlanRuns;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.operations.proof.TestPlan;
import io.holdfast.operations.retention.Policy;
import io.holdfast.operations.status.ClusterStatus;
import io.holdfast.operations.status.RecoverableWindow;
import io.holdfast.operations.status.SiteStatus;
import io.holdfast.operations.status.Status;
import io.holdfast.operations.status.UnrestorableBackup;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.LeaseHolder;
import io.holdfast.settings.ClusterSettings;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "status",
    description = {
      "Say what can be restored, from when to when, computed from the repository alone.",
      "No server is asked and no data is read ('verify' does): what is said here holds after this"
          + " host is gone. Exits with 1 if a backup cannot be read or has lost what it cannot do without."
    })
final class StatusCommand extends HoldfastCommand {
  private static final int LABELS = 12;

  private final Console console;

  /** Backups that are read to see what is usual. */
  private static final int ENOUGH_TO_COMPARE = 30;

  private final Rooms rooms;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CLUSTER",
      description = "Which cluster; all that the repository holds if left out.")
  private @Nullable String cluster;

  @Mixin private final SiteOption site = new SiteOption();

  StatusCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    Settings settings = rooms.settings();
    try (OpenRepository open = rooms.reading(settings.repository(), site.from())) {
      // Each that is away is told of below; what nobody else has is not there.
      open.settle();
      Status status = new Status(open.repository(), console.clock());
      if (cluster != null) {
        // It is there, or that is said.
        var _ = Rooms.clusters(settings, open, Optional.of(cluster));
      }
      List<ClusterStatus> clusters = cluster == null ? status.all() : List.of(status.of(cluster));
      console.answer(
          new Said(
              open.repository().description(),
              open.repository().encrypted(),
              clusters,
              retention(open, clusters),
              proofs(open, clusters),
              plans(open, clusters),
              anomalies(open, clusters),
              console.clock().instant(),
              sites(open)));
      return clusters.stream()
              .allMatch(each -> each.unrestorable().isEmpty() && each.unreadable().isEmpty())
          ? ExitStatus.DONE
          : ExitStatus.NO;
    }
  }

  /** Each of several sites as it is now; empty where that was not asked for, or there is one. */
  private List<SiteStatus> sites(OpenRepository open) {
    return site.from().equals(ReadFrom.ANYWHERE)
        ? SitesBeside.compare(rooms, open, console.clock().instant())
        : List.of();
  }

  /** The last word on any backup of each cluster. */
  private Map<String, Proof> proofs(OpenRepository open, List<ClusterStatus> clusters) {
    Map<String, Proof> last = new HashMap<>();
    for (ClusterStatus status : clusters) {
      try {
        new Proofs(open.repository().cluster(status.cluster()))
            .last()
            .ifPresent(proof -> last.put(status.cluster(), proof));
      } catch (HoldfastException e) {
        console.warn(
            "the last proof of " + status.cluster() + " cannot be read: " + e.getMessage());
      }
    }
    return last;
  }

  /** What is unusual about the newest backup of each kind. */
  private Map<String, Map<BackupId, List<Anomaly>>> anomalies(
      OpenRepository open, List<ClusterStatus> clusters) {
    Map<String, Map<BackupId, List<Anomaly>>> anomalies = new HashMap<>();
    for (ClusterStatus status : clusters) {
      try {
        Backups backups = new Backups(open.repository().cluster(status.cluster()));
        anomalies.put(status.cluster(), Anomalies.ofNewest(backups.newest(ENOUGH_TO_COMPARE)));
      } catch (HoldfastException e) {
        console.warn(
            "the backups of " + status.cluster() + " cannot be compared: " + e.getMessage());
      }
    }
    return anomalies;
  }

  /** How each plan that is declared stands. */
  private Map<String, List<PlanLine>> plans(OpenRepository open, List<ClusterStatus> clusters) {
    Instant now = console.clock().instant();
    Map<String, List<PlanLine>> plans = new HashMap<>();
    for (ClusterStatus status : clusters) {
      ClusterSettings declared = rooms.settings().clusters().get(new ClusterName(status.cluster()));
      if (declared == null || declared.prove().plans().isEmpty()) {
        continue;
      }
      List<TestPlan> all = Plans.of(declared);
      try {
        Map<String, Instant> last =
            new PlanRuns(open.repository().cluster(status.cluster())).last(all, now);
        plans.put(
            status.cluster(),
            all.stream()
                .map(plan -> PlanLine.of(plan, Optional.ofNullable(last.get(plan.name())), now))
                .toList());
      } catch (HoldfastException e) {
        console.warn("the plans of " + status.cluster() + " cannot be seen: " + e.getMessage());
      }
    }
    return plans;
  }

  /**
   * @param next when it is due next; null if its window never opens
   */
  private record PlanLine(
      String plan, @Nullable Instant last, boolean overdue, @Nullable Instant next) {
    static PlanLine of(TestPlan plan, Optional<Instant> last, Instant now) {
      return new PlanLine(
          plan.name(),
          last.orElse(null),
          plan.overdue(last, now),
          plan.next(last, now).orElse(null));
    }

    String words(Instant now) {
      return (overdue ? "OVERDUE: " : "")
          + (last == null
              ? "not carried out in its time"
              : "carried out " + Times.span(Duration.between(last, now)) + " ago")
          + (next == null ? "" : "; next after " + Times.local(next));
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("plan", plan);
      json.put("last", last == null ? null : last.toString());
      json.put("overdue", overdue);
      json.put("next", next == null ? null : next.toString());
      return json;
    }
  }

  /** What the configuration says is kept, of the clusters that it declares. */
  private Map<String, Optional<String>> retention(
      OpenRepository repository, List<ClusterStatus> clusters) {
    Settings settings = rooms.settings();
    Map<String, Optional<String>> retention = new HashMap<>();
    clusters.stream()
        .map(ClusterStatus::cluster)
        .filter(name -> settings.clusters().containsKey(new ClusterName(name)))
        .flatMap(name -> Rooms.clusters(settings, repository, Optional.of(name)).stream())
        .forEach(each -> retention.put(each.name(), each.retention().map(Policy::words)));
    return retention;
  }

  /**
   * @param retention by cluster; none for a cluster that is not declared
   */
  private record Said(
      String repository,
      boolean encrypted,
      List<ClusterStatus> clusters,
      Map<String, Optional<String>> retention,
      Map<String, Proof> proofs,
      Map<String, List<PlanLine>> plans,
      Map<String, Map<BackupId, List<Anomaly>>> anomalies,
      Instant now,
      List<SiteStatus> sites)
      implements Answer {
    @Override
    public Object json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("repository", repository);
      json.put("encrypted", encrypted);
      json.put("clusters", clusters.stream().map(this::json).toList());
      json.put("sites", sites.stream().map(SiteText::json).toList());
      return json;
    }

    private Map<String, Object> json(ClusterStatus status) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("cluster", status.cluster());
      json.put("sentence", status.sentence());
      json.put("windows", status.windows().stream().map(Said::json).toList());
      json.put("backups", status.backups());
      status.lastBackup().ifPresent(id -> json.put("lastBackup", id.text()));
      status.lastBackupAge().ifPresent(age -> json.put("lastBackupAgeSeconds", age.toSeconds()));
      json.put(
          "lastProof",
          Optional.ofNullable(proofs.get(status.cluster())).map(ProofWords::json).orElse(null));
      json.put(
          "plans",
          plans.getOrDefault(status.cluster(), List.of()).stream().map(PlanLine::json).toList());
      json.put(
          "anomalies",
          anomalies.getOrDefault(status.cluster(), Map.of()).entrySet().stream()
              .flatMap(each ->
                  each.getValue().stream()
                      .map(one -> AnomalyWords.json(status.cluster(), each.getKey().text(), one)))
              .toList());
      json.put("unreadable", status.unreadable().stream().map(BackupId::text).toList());
      json.put("unrestorable", status.unrestorable().stream().map(u -> u.id().text()).toList());
      json.put("walSegments", status.walSegments());
      json.put("walBytes", status.walBytes());
      json.put("leases", status.leases().keySet());
      json.put("leftovers", status.leftovers());
      json.put("leftoverBytes", status.leftoverBytes());
      json.put(
          "retention", retention.getOrDefault(status.cluster(), Optional.empty()).orElse(null));
      json.put(
          "removed",
          status.removed().entrySet().stream()
              .map(each ->
                  Map.of(
                      "id", each.getKey().text(),
                      "purgeAfter", each.getValue().purgeAfter().toString()))
              .toList());
      json.put("removedBytes", status.removedBytes());
      return json;
    }

    private static Map<String, Object> json(RecoverableWindow window) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("from", window.from().toString());
      json.put("to", window.to().toString());
      json.put("fromLsn", window.fromLsn().toString());
      json.put("toLsn", window.toLsn().toString());
      json.put("timeline", window.timeline());
      json.put("backups", window.backups().stream().map(id -> id.text()).toList());
      return json;
    }

    @Override
    public void print(Page page) {
      page.line(
          repository + (encrypted ? "" : ", NOT ENCRYPTED: whoever reads it reads your data"));
      if (clusters.isEmpty()) {
        page.line("It holds no backups yet. 'holdfast backup' makes one.");
      }
      clusters.forEach(status -> print(page, status));
      SiteText.print(page, sites);
    }

    private void print(Page page, ClusterStatus status) {
      page.blank();
      page.line(status.cluster() + ": " + status.sentence());
      page.field(LABELS, "  backups", backups(status));
      Proof proof = proofs.get(status.cluster());
      page.field(
          LABELS,
          "  proven",
          proof == null
              ? "never: 'holdfast prove " + status.cluster() + "' restores one and looks"
              : ProofWords.sentence(proof, now));
      plans
          .getOrDefault(status.cluster(), List.of())
          .forEach(each -> page.field(LABELS, "  plan", each.plan() + ", " + each.words(now)));
      anomalies
          .getOrDefault(status.cluster(), Map.of())
          .forEach((id, found) ->
              found.forEach(each ->
                  page.field(
                      LABELS, "  UNUSUAL", id + ", " + each.code().word() + ": " + each.text())));
      page.field(
          LABELS,
          "  WAL",
          status.walSegments() + " segments, " + ByteSize.format(status.walBytes()) + " stored");
      Optional<String> kept = retention.get(status.cluster());
      if (kept != null) {
        page.field(
            LABELS,
            "  retention",
            kept.map(words -> "keeps " + words).orElse("none: nothing is ever removed"));
      }
      if (!status.removed().isEmpty()) {
        page.field(LABELS, "  removed", removed(status));
      }
      status.leases().forEach((name, holder) -> page.field(LABELS, "  " + name, told(holder)));
      for (BackupId damaged : status.unreadable()) {
        page.field(LABELS, "  CANNOT BE", "READ: " + damaged + "; 'holdfast verify' says why");
      }
      for (UnrestorableBackup lost : status.unrestorable()) {
        page.field(LABELS, "  CANNOT BE", "RESTORED: " + lost.id() + ", " + missing(lost));
      }
      if (status.leftovers() > 0) {
        page.field(
            LABELS,
            "  leftovers",
            status.leftovers()
                + " objects of killed backups, "
                + ByteSize.format(status.leftoverBytes())
                + "; 'holdfast backups delete --leftovers --yes' removes them");
      }
    }

    private static String removed(ClusterStatus status) {
      Instant first =
          status.removed().values().stream()
              .map(Removal::purgeAfter)
              .min(Instant::compareTo)
              .orElseThrow();
      return status.removed().size()
          + " backups, "
          + ByteSize.format(status.removedBytes())
          + ", wait to be purged, the first after "
          + Times.local(first)
          + "; 'holdfast backups list --all' shows them";
    }

    private static String missing(UnrestorableBackup lost) {
      return lost.packs() == 0
          ? "WAL is missing"
          : lost.packs() + " of its packs are missing or cut";
    }

    private static String backups(ClusterStatus status) {
      Optional<String> newest =
          status
              .lastBackup()
              .flatMap(id -> status.lastBackupAge().map(age -> id + ", " + Times.span(age)));
      return status.backups() + newest.map(text -> ", the newest " + text + " old").orElse("");
    }

    private static String told(LeaseHolder holder) {
      return "process "
          + holder.pid()
          + " on "
          + holder.host()
          + " since "
          + Times.local(holder.acquired());
    }
  }
}
