package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.ReadFrom;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.retention.Keeping;
import io.holdfast.operations.sync.Sync;
import io.holdfast.repository.Repository;
import io.holdfast.repository.SyncReport;
import io.holdfast.repository.SyncReport.Announced;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "sync",
    description = "Bring a site of the repository up to date with another one.",
    footerHeading = "%n",
    footer = {
      "Copies what is missing, reads every copy back and authenticates it. Overwrites nothing, and",
      "deletes nothing but pauses of schedules that were lifted. What the site's own retention would remove at once is passed over, and named. A site that is empty is set up first. Can be interrupted, and run again.",
      "Exit status 0: the site holds all that the other one holds. 1: something could not be",
      "brought there, and is told."
    })
final class SyncCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SITE",
      description = "Which site to bring up to date; all others if left out.")
  private @Nullable String site;

  @Option(
      names = "--from",
      paramLabel = "SITE",
      description = "From which site (default: the first one).")
  private @Nullable String from;

  @Mixin private final AsOfOption asOf = new AsOfOption();

  @Option(
      names = "--limit",
      paramLabel = "SIZE/s",
      description = "Copy at most that much in a second, such as 20MB/s.")
  private @Nullable String limit;

  @Option(
      names = "--all",
      description = "Copy also what the site's own retention would remove at once.")
  private boolean all;

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      converter = WholeNumber.Jobs.class,
      description = "Objects copied at once (default: 4).")
  private int jobs = 4;

  SyncCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return Deed.DONE;
  }

  @Override
  ExitStatus run() {
    RepositorySettings settings = rooms.settings().repository();
    NamedSite source = from == null ? settings.sites().getFirst() : settings.site(from);
    List<NamedSite> destinations = destinations(settings, source);
    boolean primary = source.equals(settings.sites().getFirst());
    Sync.Options options = new Sync.Options(primary, bytesPerSecond(), jobs);
    List<Outcome> outcomes = new ArrayList<>();
    try (OpenRepository opened =
        rooms.reading(settings, ReadFrom.site(source.name(), asOf.moment()))) {
      Sync sync = new Sync(opened.repository(), opened.storage(), options, console.progress());
      for (NamedSite destination : destinations) {
        outcomes.add(bring(sync, destination, destinations.size() > 1));
      }
    }
    console.answer(new Said(source.name(), outcomes.stream().map(SiteView::of).toList()));
    return status(outcomes);
  }

  private List<NamedSite> destinations(RepositorySettings settings, NamedSite source) {
    List<NamedSite> wanted =
        site == null
            ? settings.sites().stream().filter(each -> !each.equals(source)).toList()
            : List.of(settings.site(site));
    if (wanted.isEmpty() || wanted.contains(source)) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not bring site "
              + source.name()
              + " up to date: it is the one that is copied from",
          settings.sites().size() == 1
              ? "The repository has one site. Several are declared below 'repository.sites'."
              : "Say from which one: --from SITE");
    }
    return wanted;
  }

  /** A disk that is not mounted looks like a new place: that becomes a site only if it is named. */
  private static void requireSite(NamedSite destination, Storage storage) {
    if (!Repository.exists(storage)) {
      throw new HoldfastException(
          ExitStatus.REPOSITORY_FAILED,
          "could not bring site "
              + destination.name()
              + " up to date: expected a repository at "
              + destination.place().description()
              + ", found none",
          "Is its file system mounted? If it is new: holdfast sync " + destination.name());
    }
  }

  /** One of several that fails does not keep the others from being brought up to date. */
  private Outcome bring(Sync sync, NamedSite destination, boolean oneOfSeveral) {
    Keeping keeping = all ? Keeping.EVERYTHING : OpenCluster.keeping(rooms.settings(), destination);
    try (Storage storage = rooms.storage(destination)) {
      if (site == null) {
        requireSite(destination, storage);
      }
      SyncReport report = sync.to(destination.name(), storage, keeping, console.clock());
      return new Outcome(destination.name(), report, null);
    } catch (HoldfastException e) {
      if (!oneOfSeveral || e.status() == ExitStatus.INTERRUPTED) {
        throw e;
      }
      console.failure(e);
      return new Outcome(destination.name(), null, e);
    }
  }

  private static ExitStatus status(List<Outcome> outcomes) {
    Optional<ExitStatus> failed =
        outcomes.stream()
            .flatMap(each -> Optional.ofNullable(each.failure()).stream())
            .map(HoldfastException::status)
            .findFirst();
    boolean complete =
        outcomes.stream()
            .flatMap(each -> Optional.ofNullable(each.report()).stream())
            .allMatch(SyncReport::complete);
    return failed.orElse(complete ? ExitStatus.DONE : ExitStatus.NO);
  }

  private long bytesPerSecond() {
    if (limit == null) {
      return 0;
    }
    try {
      long bytes =
          ByteSize.parse(limit.endsWith("/s") ? limit.substring(0, limit.length() - 2) : limit)
              .bytes();
      if (bytes > 0) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new HoldfastException(
        ExitStatus.USAGE, "'" + limit + "' is no rate", "Write for example --limit 20MB/s.");
  }

  private record Outcome(
      String site, @Nullable SyncReport report, @Nullable HoldfastException failure) {}

  record SiteView(
      String site,
      @Nullable String failure,
      long objects,
      long bytes,
      List<String> backups,
      List<String> passedOver,
      List<String> withheld,
      List<String> faults,
      List<String> surplusKeys) {
    private static SiteView of(Outcome outcome) {
      SyncReport report = outcome.report();
      if (report == null) {
        HoldfastException failure = outcome.failure();
        return new SiteView(
            outcome.site(),
            failure == null ? null : failure.getMessage(),
            0,
            0,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
      }
      return new SiteView(
          outcome.site(),
          null,
          report.objects(),
          report.bytes(),
          names(report.announced()),
          names(report.passedOver()),
          names(report.withheld()),
          report.faults(),
          report.surplusKeys());
    }

    private static List<String> names(List<Announced> backups) {
      return backups.stream().map(each -> each.cluster() + "/" + each.backup()).toList();
    }

    void print(Page page) {
      if (failure != null) {
        page.line(site + ": FAILED, " + failure);
        return;
      }
      page.line(
          site
              + ": "
              + (objects == 0
                  ? "nothing was missing"
                  : objects + " objects copied, " + ByteSize.format(bytes))
              + (backups.isEmpty() ? "" : "; new there: " + String.join(", ", backups)));
      if (!passedOver.isEmpty()) {
        page.line(
            "passed over, for the site's retention would remove "
                + (passedOver.size() == 1 ? "it" : "them")
                + " (--all copies "
                + (passedOver.size() == 1 ? "it" : "them")
                + "): "
                + String.join(", ", passedOver));
      }
      withheld.forEach(backup ->
          page.line("WITHHELD  " + backup + ": something that it needs is missing there"));
      faults.forEach(fault -> page.line("FAULT     " + fault));
      if (!surplusKeys.isEmpty()) {
        page.line(
            "KEYS      it still opens with key slots that were removed elsewhere: "
                + String.join(", ", surplusKeys)
                + "; `holdfast key remove ID --site "
                + site
                + "` removes one");
      }
    }
  }

  private record Said(String from, List<SiteView> sites) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      sites.forEach(site -> site.print(page));
    }
  }
}
