package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Plans;
import io.holdfast.cli.wiring.ReadFrom;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.cli.wiring.SigningKeys;
import io.holdfast.operations.gate.Demands;
import io.holdfast.operations.gate.Gate;
import io.holdfast.operations.gate.Met;
import io.holdfast.operations.gate.SiteBackups;
import io.holdfast.operations.proof.Rung;
import io.holdfast.operations.proof.SignatureKey;
import io.holdfast.operations.proof.TestPlan;
import io.holdfast.operations.proof.Verdict;
import io.holdfast.operations.status.ServerPosition;
import io.holdfast.operations.status.ServerQuestion;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.repository.BackupId;
import io.holdfast.settings.NamedSite;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "check",
    description = {
      "Say whether backups are as fresh, as near, as many and as proven as you demand.",
      "Reads no data: for pipelines, before a migration, and for monitoring. A server is asked only",
      "where --max-loss is demanded and nothing came of late: it may just have had nothing to do."
    },
    footerHeading = "%n",
    footer = {
      "Exit status 0: all demands are met. 1: one is not. 4: that cannot be seen. With --format",
      "nagios 0, 2 and 3, as its plugins have."
    })
final class CheckCommand extends HoldfastCommand {
  private static final int NAGIOS_CRITICAL = 2;
  private static final int NAGIOS_UNKNOWN = 3;

  private final Console console;
  private final Rooms rooms;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CLUSTER",
      description = "Which cluster; all that are configured if left out.")
  private @Nullable String cluster;

  @Option(
      names = "--max-age",
      paramLabel = "TIME",
      converter = Span.class,
      description = "How old the newest backup may be, such as 26h.")
  private @Nullable Duration maxAge;

  @Option(
      names = "--max-loss",
      paramLabel = "TIME",
      converter = Span.class,
      description =
          "How long ago the last transaction may be that can be restored, such as 5m; or all that"
              + " the server has can be restored.")
  private @Nullable Duration maxLoss;

  @Option(
      names = "--proven-within",
      paramLabel = "TIME",
      converter = Span.class,
      description = "How long ago a backup must have been proven last, such as 7d.")
  private @Nullable Duration provenWithin;

  @Option(
      names = "--level",
      paramLabel = "RUNG",
      converter = RungWord.class,
      description = "How far up that proof must have come (default: restored).")
  private Rung level = Rung.RESTORED;

  @Option(
      names = "--copies",
      paramLabel = "N",
      description = "On how many sites the newest backup must lie.")
  private @Nullable Integer copies;

  @Option(
      names = "--plans",
      description = "That no plan of the configuration (prove: plans) is overdue.")
  private boolean plans;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "Only physical, logical or files backups count.")
  private @Nullable String kind;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "text (default), json, junit, nagios or github.")
  private String format = "text";

  CheckCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    Demands demands = demands();
    GateView.Format wanted = GateView.Format.of(format);
    List<Met> met = new ArrayList<>();
    List<String> clusters = clusters();
    if (plans) {
      requirePlans(clusters);
    }
    try (OpenRepository open = rooms.reading(rooms.settings().repository(), ReadFrom.ANYWHERE)) {
      open.settle();
      List<SiteBackups> sites = demands.copies().isEmpty() ? List.of() : sites(open);
      for (String each : clusters) {
        Gate gate =
            new Gate(
                open.repository(),
                each,
                sites,
                signatureKey(each),
                () -> position(each),
                console.clock());
        met.addAll(gate.ask(demands));
        if (plans) {
          met.addAll(gate.plans(declaredPlans(each)));
        }
      }
    } catch (StorageException e) {
      met.clear();
      clusters.forEach(each ->
          met.add(
              new Met(
                  each,
                  "repository",
                  Verdict.UNVERIFIED,
                  "a site that answers",
                  String.valueOf(e.getMessage()))));
    }
    GateView view = new GateView(met);
    if (wanted == GateView.Format.JSON) {
      console.answerInJson(view);
    } else if (console.json() || wanted == GateView.Format.TEXT) {
      console.answer(view);
    } else {
      view.print(console.streams().out(), wanted);
    }
    return view.status();
  }

  private List<TestPlan> declaredPlans(String name) {
    return Optional.ofNullable(rooms.settings().clusters().get(new ClusterName(name)))
        .map(Plans::of)
        .orElse(List.of());
  }

  private void requirePlans(List<String> clusters) {
    if (clusters.stream().allMatch(each -> declaredPlans(each).isEmpty())) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "no plans are configured, and none is never overdue",
          "Below a cluster's 'prove:' write for example: plans: { weekly: { every: 7d, backup:"
              + " random } }");
    }
  }

  /** With which a cluster's proofs have to be signed, by the configuration. */
  private Optional<SignatureKey> signatureKey(String name) {
    return Optional.ofNullable(rooms.settings().clusters().get(new ClusterName(name)))
        .flatMap(declared -> declared.prove().signingPublicKeyFile())
        .map(SigningKeys::publicKey);
  }

  /** A connection that cannot be understood is as good as none: other commands tell of it. */
  private Optional<ServerPosition> position(String name) {
    try {
      return Optional.ofNullable(rooms.settings().clusters().get(new ClusterName(name)))
          .map(declared -> ConnectionSettings.parse(declared.connection()))
          .flatMap(new ServerQuestion("holdfast-check", console.clock())::ask);
    } catch (HoldfastException e) {
      return Optional.empty();
    }
  }

  @Override
  int codeOf(ExitStatus status) {
    if (!format.equals("nagios")) {
      return status.code();
    }
    return switch (status) {
      case DONE -> 0;
      case NO -> NAGIOS_CRITICAL;
      default -> NAGIOS_UNKNOWN;
    };
  }

  private Demands demands() {
    Demands demands =
        new Demands(
            Optional.ofNullable(maxAge),
            Optional.ofNullable(maxLoss),
            Optional.ofNullable(provenWithin),
            level,
            Optional.ofNullable(copies),
            Optional.ofNullable(kind));
    if (demands.none() && !plans) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "nothing is demanded, and that is always met",
          "Say for example: holdfast check --max-age 26h --proven-within 7d --copies 2");
    }
    return demands;
  }

  private List<String> clusters() {
    if (cluster != null) {
      rooms.settings().cluster(new ClusterName(cluster));
      return List.of(cluster);
    }
    List<String> all =
        rooms.settings().clusters().keySet().stream().map(ClusterName::text).toList();
    if (all.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "the configuration declares no clusters",
          "Name one, or add it below 'clusters:'.");
    }
    return all;
  }

  private List<SiteBackups> sites(OpenRepository open) {
    List<SiteBackups> sites = new ArrayList<>();
    for (NamedSite each : open.settings().sites()) {
      sites.add(new OnSite(open, each));
    }
    return sites;
  }

  private final class OnSite implements SiteBackups {
    private final OpenRepository open;
    private final NamedSite named;

    OnSite(OpenRepository open, NamedSite named) {
      this.open = open;
      this.named = named;
    }

    @Override
    public String site() {
      return named.name();
    }

    @Override
    public Set<BackupId> of(String name) {
      try (Storage storage = rooms.storage(named)) {
        Storage patient = Storages.patient(storage, Patience.USUAL);
        return Set.copyOf(open.repository().on(patient).cluster(name).backupIds());
      }
    }
  }
}
