package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.Announcements;
import io.holdfast.cli.wiring.Declarations;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.ReadFrom;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.cli.wiring.SitesBeside;
import io.holdfast.notifications.IncidentStore;
import io.holdfast.notifications.OpenIncident;
import io.holdfast.operations.notes.Removal;
import io.holdfast.operations.status.ClusterStatus;
import io.holdfast.operations.status.SiteStatus;
import io.holdfast.operations.status.Status;
import io.holdfast.operations.status.UnrestorableBackup;
import io.holdfast.operations.view.ClusterFindings;
import io.holdfast.operations.view.ClusterView;
import io.holdfast.operations.view.IncidentView;
import io.holdfast.operations.view.PlanView;
import io.holdfast.operations.view.SiteView;
import io.holdfast.operations.view.StatusView;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.LeaseHolder;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
      Instant now = console.clock().instant();
      console.answer(
          new Said(
              open.repository().description(),
              open.repository().encrypted(),
              clusters.stream().map(each -> findings(settings, open, each, now)).toList(),
              incidents(settings, open, clusters),
              now,
              sites(open, now)));
      return clusters.stream()
              .allMatch(each -> each.unrestorable().isEmpty() && each.unreadable().isEmpty())
          ? ExitStatus.DONE
          : ExitStatus.NO;
    }
  }

  private ClusterFindings findings(
      Settings settings, OpenRepository open, ClusterStatus status, Instant now) {
    return ClusterFindings.of(
        open.repository(), status, Declarations.of(settings, status.cluster()), now, console::warn);
  }

  /** What 'serve' noted as told. What cannot be read hides nothing else. */
  private List<OpenIncident> incidents(
      Settings settings, OpenRepository open, List<ClusterStatus> clusters) {
    IncidentStore store = Announcements.incidents(settings, open.repository());
    List<OpenIncident> found = new ArrayList<>();
    for (ClusterStatus each : clusters) {
      try {
        found.addAll(OpenIncident.of(store, each.cluster()));
      } catch (HoldfastException e) {
        console.warn("incidents of " + each.cluster() + ": " + e.getMessage());
      }
    }
    return found;
  }

  /** Each of several sites as it is now; empty where that was not asked for, or there is one. */
  private List<SiteStatus> sites(OpenRepository open, Instant now) {
    return site.from().equals(ReadFrom.ANYWHERE)
        ? SitesBeside.compare(rooms, open, now)
        : List.of();
  }

  private record Said(
      String repository,
      boolean encrypted,
      List<ClusterFindings> clusters,
      List<OpenIncident> incidents,
      Instant now,
      List<SiteStatus> sites)
      implements Answer {
    @Override
    public Object json() {
      return new StatusView(
          repository,
          encrypted,
          clusters.stream().map(ClusterView::of).toList(),
          incidents.stream().map(IncidentView::of).toList(),
          sites.stream().map(SiteView::of).toList());
    }

    @Override
    public void print(Page page) {
      page.line(
          repository + (encrypted ? "" : ", NOT ENCRYPTED: whoever reads it reads your data"));
      if (clusters.isEmpty()) {
        page.line("It holds no backups yet. 'holdfast backup' makes one.");
      }
      clusters.forEach(each -> print(page, each));
      SiteText.print(page, sites);
    }

    private void print(Page page, ClusterFindings found) {
      ClusterStatus status = found.status();
      page.blank();
      page.line(status.cluster() + ": " + status.sentence());
      incidents.stream()
          .filter(each -> each.problem().cluster().equals(status.cluster()))
          .forEach(each -> page.field(LABELS, "  INCIDENT", words(each)));
      page.field(LABELS, "  backups", backups(status));
      page.field(
          LABELS,
          "  proven",
          found
              .lastProof()
              .map(proof -> ProofWords.sentence(proof, now))
              .orElse("never: 'holdfast prove " + status.cluster() + "' restores one and looks"));
      found.plans().forEach(each -> page.field(LABELS, "  plan", each.plan() + ", " + words(each)));
      found
          .anomalies()
          .forEach((id, all) ->
              all.forEach(each ->
                  page.field(
                      LABELS, "  UNUSUAL", id + ", " + each.code().word() + ": " + each.text())));
      page.field(
          LABELS,
          "  WAL",
          status.walSegments() + " segments, " + ByteSize.format(status.walBytes()) + " stored");
      found
          .declared()
          .map(ClusterFindings.Declared::retention)
          .ifPresent(kept ->
              page.field(
                  LABELS,
                  "  retention",
                  kept.map(words -> "keeps " + words).orElse("none: nothing is ever removed")));
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

    private String words(OpenIncident incident) {
      return incident.severity().word()
          + " since "
          + Times.local(incident.since())
          + incident.quietSince().map(at -> " (quiet since " + Times.local(at) + ")").orElse("")
          + ": "
          + incident.problem().title();
    }

    private String words(PlanView plan) {
      Instant last = plan.last();
      Instant next = plan.next();
      return (plan.overdue() ? "OVERDUE: " : "")
          + (last == null
              ? "not carried out in its time"
              : "carried out " + Times.span(Duration.between(last, now)) + " ago")
          + (next == null ? "" : "; next after " + Times.local(next));
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
