package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.Build;
import io.holdfast.cli.wiring.Drilling;
import io.holdfast.cli.wiring.HostName;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.ReadFrom;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.proof.Assertion;
import io.holdfast.operations.proof.Choice;
import io.holdfast.operations.proof.PlanRuns;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.ProofRequest;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.operations.proof.Prove;
import io.holdfast.operations.proof.Rung;
import io.holdfast.operations.restore.RecoveryTarget;
import io.holdfast.operations.restore.Restore;
import io.holdfast.operations.runbook.Disaster;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Lease;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.settings.ClusterSettings;
import io.holdfast.settings.PlanSettings;
import io.holdfast.settings.ProveSettings;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "prove",
    description = {
      "Prove that backups restore: make a copy that nobody else can reach, look into it, and throw it"
          + " away.",
      "The ladder: stored, intact, restored, sound (amcheck, visibility maps, every page), equal"
          + " (counts, checksums, your own statements). The result is kept in the repository."
    },
    footerHeading = "%n",
    footer = {
      "Exit status 0: everything that was asked for was proven. 1: it does not hold.",
      "4: could not verify; the reason says what is missing. docs/proof.md explains each finding."
    })
final class ProveCommand extends HoldfastCommand {
  private static final String ANY_MOMENT = "random";

  private final Console console;
  private final Rooms rooms;

  @Mixin private final ClusterChoice cluster = new ClusterChoice();

  @Option(
      names = "--backup",
      paramLabel = "WHICH",
      description = "newest (default), oldest, random, an id, or the start of one.")
  private @Nullable String which;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "physical, logical or files (default: one of each kind that there is).")
  private @Nullable String kind;

  @Option(
      names = "--at",
      paramLabel = "TARGET",
      description =
          "What a physical copy is recovered to, as with 'restore', or random: a moment after the"
              + " backup, between two transactions (default: latest for the newest backup,"
              + " immediate for any other).")
  private @Nullable String at;

  @Option(
      names = "--level",
      paramLabel = "RUNG",
      converter = RungWord.class,
      description = "How far up: stored, intact, restored, sound or equal (default).")
  private @Nullable Rung level;

  @Option(
      names = "--scratch",
      paramLabel = "DIR",
      description = "Where the copy is made (default: prove: scratch-directory, else /var/tmp).")
  private @Nullable Path scratch;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      converter = Span.class,
      description = "Fail if it takes longer until the copy answers, such as 30m.")
  private @Nullable Duration budget;

  @Option(
      names = "--hook",
      paramLabel = "COMMAND",
      description =
          "A command for the shell that says with status 0 that the copy serves; PGHOST, PGPORT,"
              + " PGUSER and PGDATABASE lead to it.")
  private @Nullable String hook;

  @Option(
      names = "--plan",
      paramLabel = "NAME",
      description = "What the configuration says below prove: plans, now, be it due or not.")
  private @Nullable String plan;

  @Option(
      names = "--due",
      description =
          "Every plan that is due, of the cluster or of all: for cron, each hour. With nothing due"
              + " the exit status is 0.")
  private boolean due;

  @Option(
      names = "--drill",
      description =
          "Rehearse an emergency: with one site (--site, else the last one) and the recovery kit"
              + " alone, the runbook's own commands restore, as processes of their own.")
  private boolean drill;

  @Option(
      names = "--disaster",
      paramLabel = "WHICH",
      description =
          "What is rehearsed: lost-host (default), lost-disk, lost-region, dropped-table or"
              + " ransomware.")
  private @Nullable String disaster;

  @Option(names = "--keep", description = "Leave the copy running, to look into it.")
  private boolean keep;

  @Option(
      names = "--no-record",
      description = "Do not keep the result in the repository, which is then only read.")
  private boolean noRecord;

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      converter = WholeNumber.Jobs.class,
      description = "Threads that restore, and sessions that check (default: 2).")
  private int jobs = 2;

  @Mixin private final SiteOption site = new SiteOption();

  private boolean carriedOut;
  private boolean nothingWasDue;

  ProveCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return nothingWasDue ? Deed.NONE : Deed.DONE;
  }

  @Override
  ExitStatus run() {
    requireFitting();
    if (due) {
      ExitStatus worst = new DuePlans(rooms, console, this::carryOut).run(cluster.name());
      nothingWasDue = !carriedOut && worst == ExitStatus.DONE;
      return worst;
    }
    if (plan != null) {
      return byPlan(plan);
    }
    return proven(cluster.name(), asked());
  }

  private ExitStatus proven(Optional<String> name, WantedProof wanted) {
    Optional<ProofRecord> record =
        noRecord ? Optional.empty() : Optional.of(ProofRecord.ready(rooms, name, console));
    Proven proven = drill ? rehearse(wanted) : prove(name, wanted);
    proven.proofs().forEach(proof -> concerns(proof.backup()));
    console.answer(new ProofView.Shown(proven.proofs(), proven.kept()));
    return record.map(each -> each.keep(proven.proofs(), proven.status())).orElse(proven.status());
  }

  private WantedProof asked() {
    return new WantedProof(
        which == null ? "newest" : which,
        kind == null ? List.of() : List.of(kind),
        Optional.empty(),
        level == null ? Rung.EQUAL : level,
        site.from(),
        Optional.ofNullable(at),
        Optional.ofNullable(budget),
        "");
  }

  /** By a plan that is due; somebody else holds its lease meanwhile. */
  private DuePlans.Carried carryOut(String name, PlanSettings settings) {
    carriedOut = true;
    ProofRecord record = ProofRecord.ready(rooms, Optional.of(name), console);
    Proven proven = prove(Optional.of(name), WantedProof.by(settings));
    proven.proofs().forEach(proof -> concerns(proof.backup()));
    return new DuePlans.Carried(
        proven.proofs(), proven.kept(), record.keep(proven.proofs(), proven.status()));
  }

  private ExitStatus byPlan(String planName) {
    Settings settings = rooms.settings();
    ClusterName name =
        cluster
            .name()
            .map(ClusterName::new)
            .orElseGet(() -> {
              if (settings.clusters().size() != 1) {
                throw new HoldfastException(
                    ExitStatus.USAGE,
                    "which cluster's plan " + planName + "?",
                    "Name the cluster too: holdfast prove CLUSTER --plan " + planName);
              }
              return settings.clusters().keySet().iterator().next();
            });
    List<PlanSettings> plans = settings.cluster(name).prove().plans();
    PlanSettings wanted =
        plans.stream()
            .filter(each -> each.name().equals(planName))
            .findFirst()
            .orElseThrow(() ->
                new HoldfastException(
                    ExitStatus.USAGE,
                    "cluster " + name + " has no plan '" + planName + "'",
                    plans.isEmpty()
                        ? "Plans stand in the configuration, below prove: plans."
                        : "It has: "
                            + String.join(", ", plans.stream().map(PlanSettings::name).toList())
                            + "."));
    if (noRecord) {
      return proven(Optional.of(name.text()), WantedProof.by(wanted));
    }
    try (OpenCluster open = rooms.cluster(Optional.of(name.text()));
        Lease held = new PlanRuns(open.archive()).take(planName)) {
      held.ensureHeld();
      return proven(Optional.of(name.text()), WantedProof.by(wanted));
    }
  }

  /**
   * What came of it.
   *
   * @param missing whether a kind that was asked for has no backup
   */
  private record Proven(List<Proof> proofs, List<String> kept, boolean missing) {
    ExitStatus status() {
      ExitStatus worst = missing ? ExitStatus.UNVERIFIED : ExitStatus.DONE;
      for (Proof proof : proofs) {
        worst = worse(worst, proof.verdict().status());
      }
      return worst;
    }
  }

  /** A drill does what somebody would do in an emergency, who wants the newest state. */
  private void requireFitting() {
    if (drill
        && (at != null || which != null || plan != null || due || site.from().asOf().isPresent())) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "a drill restores what the runbook's commands restore",
          "Leave --at, --backup, --as-of, --plan and --due out; --disaster says what is rehearsed.");
    }
    if (plan != null && due) {
      throw new HoldfastException(
          ExitStatus.USAGE, "expected --plan or --due, found both", "Leave one of them out.");
    }
    if (due && noRecord) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "--due goes by the results that are kept, and --no-record keeps none",
          "Say --plan NAME --no-record to try a plan.");
    }
    if ((plan != null || due) && saysWhat()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "a plan says itself what is proven",
          "Leave --backup, --kind, --at, --level, --budget, --site and --as-of out, or the plan.");
    }
    Rung rung = level == null ? Rung.EQUAL : level;
    if (hook != null && rung != Rung.EQUAL) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "a hook is run on the rung equal, and --level " + rung.word() + " ends below it",
          "Leave --level out, or --hook.");
    }
    if ((keep || budget != null) && rung.compareTo(Rung.RESTORED) < 0) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "--keep and --budget concern a copy, and --level " + rung.word() + " makes none",
          "Leave --level out, or them.");
    }
    if (!drill && disaster != null) {
      throw new HoldfastException(
          ExitStatus.USAGE, "--disaster goes with --drill", "Say --drill too.");
    }
  }

  private boolean saysWhat() {
    return which != null
        || kind != null
        || at != null
        || level != null
        || budget != null
        || !site.from().equals(ReadFrom.ANYWHERE);
  }

  private Proven prove(Optional<String> name, WantedProof wanted) {
    try (OpenCluster open = rooms.readingCluster(name, wanted.from())) {
      return prove(open, open.settings(), wanted, Optional.empty());
    }
  }

  private Proven rehearse(WantedProof wanted) {
    Disaster rehearsed =
        Disaster.of(disaster == null ? Disaster.LOST_HOST.word() : disaster)
            .orElseThrow(() ->
                new HoldfastException(
                    ExitStatus.USAGE,
                    "'" + disaster + "' is no disaster that can be rehearsed",
                    "Say one of " + Disaster.words() + "."));
    Settings settings = rooms.settings();
    try (Drilling drilling =
        Drilling.prepare(
            rooms,
            cluster.name(),
            site.from().site(),
            rehearsed,
            scratch(drilled(settings)),
            console.clock(),
            console.progress(),
            console::warn)) {
      OpenCluster open = drilling.open();
      return prove(
          open,
          Optional.ofNullable(settings.clusters().get(open.clusterName())),
          wanted,
          Optional.of(drilling));
    }
  }

  private Optional<ProveSettings> drilled(Settings settings) {
    return cluster
        .name()
        .map(ClusterName::new)
        .or(() -> settings.clusters().keySet().stream().findFirst())
        .flatMap(name -> Optional.ofNullable(settings.clusters().get(name)))
        .map(ClusterSettings::prove);
  }

  private Proven prove(
      OpenCluster open,
      Optional<ClusterSettings> declared,
      WantedProof wanted,
      Optional<Drilling> drilling) {
    List<Proof> proofs = new ArrayList<>();
    List<String> kept = new ArrayList<>();
    List<String> away = open.opened().settle();
    away.forEach(site ->
        console.warn(
            "site " + site + " cannot be reached: the proof goes by what the others have"));
    Choice choice =
        new Choice(
            open.archive(),
            wanted.kinds(),
            wanted.within().map(age -> console.clock().instant().minus(age)),
            new SecureRandom());
    for (BackupId id : chosen(open, choice.of(wanted.which()), wanted)) {
      Prove prove =
          new Prove(
              open.archive(),
              open.proofHost(major(open, id), away),
              console.clock(),
              console.progress());
      ProofRequest request =
          request(open, declared.map(ClusterSettings::prove), id, wanted, drilling);
      proofs.add(prove.run(id, request, earlier(open, id)));
      prove.kept().ifPresent(kept::add);
    }
    choice
        .missing()
        .forEach(none ->
            console.warn("cluster " + open.name() + " has no " + none + " backup to prove"));
    return new Proven(proofs, kept, !choice.missing().isEmpty());
  }

  /** In an emergency the physical backup is what is wanted, if there is one. */
  private List<BackupId> chosen(OpenCluster open, List<BackupId> all, WantedProof wanted) {
    List<BackupId> physical = all.stream().filter(id -> major(open, id) != 0).toList();
    if (drill && !physical.isEmpty()) {
      return physical;
    }
    return wanted.at().filter(at -> !at.equals(ANY_MOMENT)).isEmpty()
        ? all
        : all.stream().map(id -> physical.contains(id) ? reaching(open, id, wanted) : id).toList();
  }

  /**
   * That a moment cannot be reached is no fault of a backup, and is said before anything is done.
   */
  private BackupId reaching(OpenCluster open, BackupId id, WantedProof wanted) {
    RecoveryTarget target = target(open, id, wanted.at());
    return target instanceof RecoveryTarget.Latest || target instanceof RecoveryTarget.Immediate
        ? id
        : new Restore(open.archive(), open.restoreHost(List.of()), console.clock())
            .backupFor(
                target, wanted.which().equals("newest") ? Optional.empty() : Optional.of(id));
  }

  private static Optional<Proof> earlier(OpenCluster open, BackupId id) {
    try {
      return new Proofs(open.archive()).before(id, open.archive().open(id).manifest().kind());
    } catch (RepositoryDamagedException e) {
      return Optional.empty();
    }
  }

  /** Of the server that a copy needs; 0 if it needs none, or nobody can tell. */
  private static int major(OpenCluster open, BackupId id) {
    try {
      Manifest manifest = open.archive().open(id).manifest();
      return manifest.kind().equals(PhysicalDetails.KIND)
          ? PhysicalDetails.of(manifest).server().major()
          : 0;
    } catch (RepositoryDamagedException e) {
      return 0;
    }
  }

  private Path scratch(Optional<ProveSettings> declared) {
    return scratch != null
        ? scratch
        : declared.map(ProveSettings::scratchDirectory).orElse(Path.of("/var/tmp"));
  }

  private ProofRequest request(
      OpenCluster open,
      Optional<ProveSettings> declared,
      BackupId id,
      WantedProof wanted,
      Optional<Drilling> drilling) {
    String command = hook != null ? hook : declared.map(ProveSettings::hook).orElse("");
    return new ProofRequest(
        wanted.level(),
        target(open, id, wanted.at()),
        wanted.at().filter(ANY_MOMENT::equals).isPresent()
                || drilling.filter(Drilling::backInTime).isPresent()
            ? Optional.of(new SecureRandom())
            : Optional.empty(),
        scratch(declared),
        wanted.budget().or(() -> declared.flatMap(ProveSettings::budget)),
        declared
            .map(each ->
                each.assertions().stream()
                    .map(a -> new Assertion(a.database(), a.name(), a.sql()))
                    .toList())
            .orElse(List.of()),
        command.isEmpty() ? List.of() : List.of("/bin/sh", "-c", command),
        declared.map(ProveSettings::hookTimeout).orElse(Duration.ofMinutes(10)),
        keep,
        drilling.map(each -> each.site().name()).or(() -> wanted.from().site()).orElse(""),
        drilling.map(Drilling::drill),
        wanted.plan(),
        open.programDirectories(),
        jobs,
        "holdfast " + Build.version(),
        HostName.ofThisMachine());
  }

  /** All WAL there is belongs to the newest one; of an older one a month of it may be. */
  private static RecoveryTarget target(OpenCluster open, BackupId id, Optional<String> at) {
    if (at.filter(ANY_MOMENT::equals).isPresent()) {
      return new RecoveryTarget.Latest();
    }
    if (at.isPresent()) {
      return RecoveryTarget.parse(at.get(), ZoneId.systemDefault(), false);
    }
    boolean newest;
    try {
      newest = new Backups(open.archive()).find("latest", PhysicalDetails.KIND).equals(id);
    } catch (HoldfastException e) {
      newest = false;
    }
    return newest ? new RecoveryTarget.Latest() : new RecoveryTarget.Immediate();
  }

  /** A no outweighs all; a failure to do it, that it could not be verified. */
  static ExitStatus worse(ExitStatus one, ExitStatus other) {
    if (one == ExitStatus.NO || other == ExitStatus.NO) {
      return ExitStatus.NO;
    }
    return one == ExitStatus.DONE || (one == ExitStatus.UNVERIFIED && other != ExitStatus.DONE)
        ? other
        : one;
  }
}
