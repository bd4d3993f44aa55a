package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.verify.Fault;
import io.holdfast.operations.verify.Verification;
import io.holdfast.operations.verify.VerifyReport;
import io.holdfast.operations.verify.VerifyReport.BackupVerdict;
import io.holdfast.operations.verify.VerifyReport.Figures;
import io.holdfast.operations.verify.VerifyRequest;
import io.holdfast.repository.BackupId;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "verify",
    description = "Verify that the backups are there, and with --read-data that they are intact.",
    footerHeading = "%n",
    footer = {
      "Exit status 0: everything that was looked at holds. 1: a fault was found.",
      "4: something could not be verified, or nothing is there to be."
    })
final class VerifyCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Mixin private final ClusterChoice cluster = new ClusterChoice();

  @Option(
      names = "--read-data",
      arity = "0..1",
      fallbackValue = "100%",
      preprocessor = AttachedOnly.class,
      paramLabel = "PERCENT",
      description = "Read everything back, or that share of it, chosen anew each time.")
  private @Nullable String readData;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Choose the same share as the run that told this number.")
  private @Nullable Long seed;

  @Option(names = "--backup", paramLabel = "ID", description = "Only this backup. May be repeated.")
  private List<String> backups = new ArrayList<>();

  @Option(names = "--wal", description = "Read back the whole WAL archive too.")
  private boolean wal;

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      converter = WholeNumber.Jobs.class,
      description = "Reading threads (default: 2).")
  private int jobs = 2;

  @Option(
      names = "--site",
      paramLabel = "SITE",
      description = "Only this site of several (default: each of them).")
  private @Nullable String onlySite;

  @Mixin private final AsOfOption asOf = new AsOfOption();

  @Option(
      names = "--repair",
      description = {
        "Where a fault is found, read all of the cluster on that site, and put good copies of what is",
        "damaged or missing there back from the other sites."
      })
  private boolean repair;

  VerifyCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return repair ? Deed.DONE : Deed.NONE;
  }

  @Override
  ExitStatus run() {
    VerifyRequest request = request();
    if (repair && asOf.moment().isPresent()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not repair: the past is only read",
          "Bring what was there to another site: holdfast sync SITE --from BUCKET --as-of TIME");
    }
    List<OnSite> reports = new ArrayList<>();
    SiteRounds rounds = new SiteRounds(rooms, console, cluster.name(), asOf.moment());
    List<String> unseen =
        rounds.visit(
            Optional.ofNullable(onlySite), round -> reports.addAll(verify(rounds, round, request)));
    Verified verified = Verified.of(reports, unseen);
    console.answer(verified);
    return verified.status();
  }

  /** What one site has of a cluster, looked at alone; mended first, if that is asked for. */
  private List<OnSite> verify(SiteRounds rounds, SiteRounds.Round round, VerifyRequest request) {
    List<OnSite> reports = new ArrayList<>();
    for (OpenCluster open : round.clusters()) {
      Set<BackupId> absent = absent(rounds, round, open);
      VerifyReport report = verify(round, open, request);
      List<String> done = new ArrayList<>();
      if (repair && !(report.faults().isEmpty() && absent.isEmpty())) {
        if (!report.faults().isEmpty()) {
          done.addAll(rounds.repair(round, open.name()));
        }
        if (!absent.isEmpty()) {
          done.addAll(rounds.bringAbsent(round));
          absent = absent(rounds, round, open);
        }
        report = verify(round, open, request);
      }
      boolean nothingNamed = !backups.isEmpty() && report.backups().isEmpty() && !wal;
      reports.add(new OnSite(round, report, absent, done, nothingNamed));
    }
    return reports;
  }

  /** Those of the wanted ones that this site should have. */
  private Set<BackupId> absent(SiteRounds rounds, SiteRounds.Round round, OpenCluster open) {
    Set<BackupId> absent = new TreeSet<>(rounds.absent(round, open));
    absent.removeIf(
        id -> !backups.isEmpty() && backups.stream().noneMatch(text -> id.text().startsWith(text)));
    return absent;
  }

  /**
   * @param absent what the site should have, and does not
   * @param repaired what was done
   * @param nothingNamed whether backups were named, and none of them is there
   */
  private record OnSite(
      SiteRounds.Round round,
      VerifyReport report,
      Set<BackupId> absent,
      List<String> repaired,
      boolean nothingNamed) {
    /** Null where there is only one. */
    @Nullable String site() {
      return round.site();
    }

    String where() {
      return site() == null ? report.cluster() : site() + "/" + report.cluster();
    }

    /** Of a site that may be behind, nothing is lost by that. */
    ExitStatus status() {
      return round.named().required() && !absent.isEmpty() ? ExitStatus.NO : report.status();
    }

    /** Whether the site has none of the backups that were named, and need not have them. */
    boolean isBesideThePoint() {
      return nothingNamed && status() == ExitStatus.UNVERIFIED;
    }
  }

  /** A backup that is named and that only other sites have is looked at there. */
  private VerifyReport verify(SiteRounds.Round round, OpenCluster open, VerifyRequest request) {
    List<BackupId> own = open.archive().backupIds();
    Backups anywhere = new Backups(round.repository().repository().cluster(open.name()));
    List<BackupId> wanted = backups.stream().map(anywhere::find).filter(own::contains).toList();
    return wanted.isEmpty() && !backups.isEmpty()
        ? VerifyReport.ofNothing(open.name(), request)
        : Verification.run(open.archive(), request.only(wanted), console.progress());
  }

  private VerifyRequest request() {
    VerifyRequest request =
        readData == null
            ? VerifyRequest.stored()
            : share(readData) == 1
                ? VerifyRequest.intact()
                : VerifyRequest.sample(
                    share(readData), seed == null ? new SecureRandom().nextInt(1 << 30) : seed);
    if (wal) {
      request = request.withWalArchive();
    }
    return request.withJobs(jobs);
  }

  static double share(String text) {
    try {
      double percent =
          Double.parseDouble(text.endsWith("%") ? text.substring(0, text.length() - 1) : text);
      if (percent > 0 && percent <= 100) {
        return percent / 100;
      }
    } catch (NumberFormatException e) {
      // Said below, with what is out of range.
    }
    throw new HoldfastException(
        ExitStatus.USAGE,
        "'" + text + "' is not a share",
        "Write more than 0% and at most 100%, such as --read-data=10%.");
  }

  record Verdict(
      String backup,
      @Nullable String site,
      String cluster,
      String verdict,
      String claim,
      @Nullable String why) {
    static Verdict of(@Nullable String site, String cluster, BackupVerdict verdict) {
      return new Verdict(
          verdict.id().text(),
          site,
          cluster,
          verdict.verdict().name().toLowerCase(Locale.ROOT),
          verdict.claim(),
          verdict.why().orElse(null));
    }
  }

  record FaultView(
      @Nullable String site,
      String cluster,
      String kind,
      String object,
      List<String> findings,
      long findingsTotal,
      List<String> backups,
      List<String> files,
      long filesTotal) {
    static FaultView of(@Nullable String site, String cluster, Fault fault) {
      return new FaultView(
          site,
          cluster,
          fault.kind().name().toLowerCase(Locale.ROOT),
          fault.object(),
          fault.findings(),
          fault.findingsTotal(),
          fault.backups().stream().map(Object::toString).toList(),
          fault.files().stream().map(RawName::readable).toList(),
          fault.filesTotal());
    }

    void print(Page page) {
      page.line(
          "FAULT  " + object + " of cluster " + cluster + (site == null ? "" : " on site " + site));
      findings.forEach(finding -> page.line("       " + finding));
      more(page, findings.size(), findingsTotal, "findings");
      backups.forEach(backup -> page.line("       needed by backup " + backup));
      files.forEach(file -> page.line("       touches " + file));
      more(page, files.size(), filesTotal, "files");
    }

    private static void more(Page page, long shown, long total, String what) {
      if (total > shown) {
        page.line("       and " + (total - shown) + " more " + what);
      }
    }
  }

  record AbsentView(@Nullable String site, String cluster, String backup, boolean required) {
    void print(Page page) {
      page.line(
          "ABSENT "
              + backup
              + " of cluster "
              + cluster
              + " on site "
              + site
              + (required ? "" : ", which need not be up to date")
              + ": another site has it; `holdfast sync "
              + site
              + "` or --repair brings it");
    }
  }

  record Verified(
      List<Verdict> backups,
      List<AbsentView> absent,
      List<FaultView> faults,
      List<String> repaired,
      List<String> notes,
      List<Figures> figures,
      double seconds,
      ExitStatus status)
      implements Answer {
    private static Verified of(List<OnSite> reports, List<String> unseen) {
      List<Verdict> verdicts = new ArrayList<>();
      List<AbsentView> absent = new ArrayList<>();
      List<FaultView> faults = new ArrayList<>();
      List<String> repaired = new ArrayList<>();
      List<String> notes = new ArrayList<>(unseen);
      List<Figures> figures = new ArrayList<>();
      double seconds = 0;
      boolean seen =
          reports.stream().anyMatch(each -> !each.isBesideThePoint()) && unseen.isEmpty();
      ExitStatus worst = seen ? ExitStatus.DONE : ExitStatus.UNVERIFIED;
      for (OnSite each : reports) {
        VerifyReport report = each.report();
        report.backups().forEach(b -> verdicts.add(Verdict.of(each.site(), report.cluster(), b)));
        report.faults().forEach(f -> faults.add(FaultView.of(each.site(), report.cluster(), f)));
        report.notes().forEach(n -> notes.add(each.where() + ": " + n));
        repaired.addAll(each.repaired());
        figures.add(report.figures());
        seconds += report.took().toMillis() / 1000.0;
        each.absent()
            .forEach(id ->
                absent.add(
                    new AbsentView(
                        each.site(),
                        report.cluster(),
                        id.text(),
                        each.round().named().required())));
        if (each.isBesideThePoint()) {
          notes.add(each.where() + ": none of the backups that were named is here");
        } else {
          worst = worse(worst, each.status());
        }
      }
      return new Verified(verdicts, absent, faults, repaired, notes, figures, seconds, worst);
    }

    /** A fault that was found says more than something that could not be looked at. */
    private static ExitStatus worse(ExitStatus one, ExitStatus other) {
      if (one == ExitStatus.NO || other == ExitStatus.NO) {
        return ExitStatus.NO;
      }
      return one == ExitStatus.UNVERIFIED ? one : other;
    }

    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      Table table = new Table().left("CLUSTER").left("BACKUP").left("VERDICT").left("");
      for (Verdict each : backups) {
        table.row(
            each.site() == null ? each.cluster() : each.site() + "/" + each.cluster(),
            each.backup(),
            each.verdict().equals("holds") ? each.claim() : each.verdict().toUpperCase(Locale.ROOT),
            each.why() == null ? "" : each.why());
      }
      if (table.isEmpty()) {
        page.line("There are no backups to verify.");
      } else {
        page.table(table);
      }
      absent.forEach(each -> each.print(page));
      faults.forEach(fault -> fault.print(page));
      repaired.forEach(line -> page.line("REPAIR " + line));
      notes.forEach(note -> page.line("note: " + note));
      long read = figures.stream().mapToLong(Figures::bytesRead).sum();
      long packs = figures.stream().mapToLong(Figures::packsLookedAt).sum();
      page.line(
          packs
              + " packs looked at, "
              + ByteSize.format(read)
              + " read back, in "
              + String.format(Locale.ROOT, "%.1f", seconds)
              + " s");
    }
  }
}
