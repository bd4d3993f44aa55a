package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.retention.Policy;
import io.holdfast.operations.retention.Preview;
import io.holdfast.operations.retention.Prune;
import io.holdfast.operations.retention.PruneOutcome;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "prune",
    description = "Remove the backups that retention does not keep, and WAL that none needs.",
    footerHeading = "%n",
    footer = {
      "Without --yes it only prints what it would do. What it removes can be brought back with",
      "'backups undelete' until the grace period ends; a prune after that deletes it."
    })
final class PruneCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CLUSTER",
      description = "Which cluster; all that the configuration declares if left out.")
  private @Nullable String cluster;

  @Option(names = "--yes", description = "Do it.")
  private boolean yes;

  @Option(names = "--dry-run", description = "Only print what would be done, which is the default.")
  private boolean dryRun;

  @Option(
      names = "--preview",
      converter = Span.class,
      paramLabel = "TIME",
      description = "Show what will be kept in times to come, up to that far ahead, such as 365d.")
  private @Nullable Duration preview;

  @Option(
      names = "--every",
      converter = Span.class,
      paramLabel = "TIME",
      description =
          "For --preview: how often a backup is taken, such as 6h or 1d (default: as observed).")
  private @Nullable Duration every;

  @Option(
      names = "--trust-clock",
      description = "Go by the dates as they are, though a clock is or was wrong.")
  private boolean trustClock;

  @Option(
      names = "--site",
      paramLabel = "SITE",
      description =
          "Prune this one of several sites (default: the first one, and each that has a retention"
              + " of its own).")
  private @Nullable String site;

  @Option(names = "--all-sites", description = "Prune all sites, each by what lies there.")
  private boolean allSites;

  private final List<PruneView> pruned = new ArrayList<>();
  private final List<PreviewView> previewed = new ArrayList<>();
  private final Set<String> without = new LinkedHashSet<>();
  private final List<HoldfastException> failures = new ArrayList<>();

  /**
   * Another prune was met. It gets the rest: two that go on would meet again on the next site, each
   * in the other's way.
   */
  private boolean besideAnother;

  PruneCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return yes ? Deed.DESTROYS : Deed.NONE;
  }

  @Override
  ExitStatus run() {
    refuseContradictions();
    Settings settings = rooms.settings();
    List<NamedSite> sites = sites(settings.repository());
    for (NamedSite each : sites) {
      if (besideAnother) {
        break;
      }
      try (OpenRepository repository = rooms.onSite(settings.repository(), each.name())) {
        for (OpenCluster open :
            Rooms.clusters(settings, repository, Optional.ofNullable(cluster))) {
          if (!besideAnother) {
            look(open, each);
          }
        }
      } catch (HoldfastException e) {
        if (sites.size() == 1) {
          throw e;
        }
        // A site that is down does not keep the others from being pruned.
        failures.add(e);
      }
    }
    if (yes) {
      LockNotes.of(sites).forEach(console::note);
    }
    answer();
    if (site == null) {
      settings.repository().sites().stream()
          .filter(each -> !sites.contains(each))
          .forEach(each ->
              console.note(
                  "site "
                      + each.name()
                      + " has no retention of its own: nothing of it is removed, unless you say"
                      + " --site "
                      + each.name()));
    }
    return ExitStatus.DONE;
  }

  /** What was not asked for by name or by rules of its own is left as it is. */
  private List<NamedSite> sites(RepositorySettings repository) {
    if (site != null) {
      return List.of(repository.site(site));
    }
    NamedSite first = repository.sites().getFirst();
    return repository.sites().stream()
        .filter(each -> allSites || each.equals(first) || each.retention().isPresent())
        .toList();
  }

  private void look(OpenCluster open, NamedSite on) {
    Optional<Policy> policy = policy(open, on);
    if (policy.isEmpty()) {
      without.add(open.name());
      return;
    }
    String named = open.opened().settings().sites().size() == 1 ? null : on.name();
    try {
      if (preview != null) {
        previewed.add(preview(open, named, policy.get(), preview));
      } else {
        pruned.add(prune(open, named, policy.get()));
      }
    } catch (HoldfastException e) {
      failures.add(e);
      besideAnother = e instanceof LeaseHeldException held && held.purpose().equals(Prune.PURPOSE);
    }
  }

  private void refuseContradictions() {
    if (yes && (dryRun || preview != null)) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not prune: expected --yes or "
              + (dryRun ? "--dry-run" : "--preview")
              + ", found both",
          "Leave one of them out.");
    }
    if (site != null && allSites) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not prune: expected --site or --all-sites, found both",
          "Leave one of them out.");
    }
    if (every != null && preview == null) {
      throw new HoldfastException(
          ExitStatus.USAGE, "--every goes with --preview only", "Add --preview 365d.");
    }
  }

  /** A cluster that is not declared has to be named to be an error. */
  private Optional<Policy> policy(OpenCluster open, NamedSite on) {
    Optional<Policy> policy = open.retention(on);
    if (policy.isEmpty() && cluster != null) {
      open.declared();
      throw keepsAll(open.name());
    }
    return policy;
  }

  private HoldfastException keepsAll(String name) {
    return new HoldfastException(
        ExitStatus.REFUSED,
        "could not prune "
            + name
            + ": expected to be told what to keep, found no 'retention' in "
            + rooms.settings().file(),
        "Add what fits you, for all clusters (at the left margin) or below one of them:\n"
            + "    retention: { within: 7d, weekly: 4 }");
  }

  private PruneView prune(OpenCluster open, @Nullable String on, Policy policy) {
    if (!yes) {
      return PruneView.planned(on, Prune.plan(open.archive(), policy, trustClock, console.clock()));
    }
    PruneOutcome outcome =
        Prune.run(open.archive(), policy, trustClock, console.progress(), console.clock());
    outcome.plan().removed().forEach(each -> concerns(each.verdict().backup().id()));
    outcome.purged().forEach(this::concerns);
    return PruneView.done(on, outcome);
  }

  private PreviewView preview(
      OpenCluster open, @Nullable String on, Policy policy, Duration horizon) {
    return PreviewView.of(
        open.name(),
        on,
        policy,
        Preview.of(
            open.archive(),
            policy,
            console.clock().instant(),
            horizon,
            Optional.ofNullable(every)));
  }

  private void answer() {
    if (pruned.isEmpty() && previewed.isEmpty() && failures.isEmpty()) {
      throw keepsAll(without.isEmpty() ? "anything" : String.join(", ", without));
    }
    without.forEach(
        name -> console.note("cluster " + name + " has no retention: nothing of it is removed"));
    if (!previewed.isEmpty()) {
      console.answer(new PreviewView.All(previewed));
    } else if (!pruned.isEmpty()) {
      console.answer(new PruneView.All(yes, pruned));
    }
    failures.stream().skip(1).forEach(e -> console.warn(String.valueOf(e.getMessage())));
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }
}
