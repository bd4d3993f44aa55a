package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.anomalies.Anomalies;
import io.holdfast.operations.anomalies.Anomaly;
import io.holdfast.operations.backup.BackupSummary;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.notes.Standing;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.operations.view.AnomalyView;
import io.holdfast.operations.view.BackupView;
import io.holdfast.operations.view.ProofLine;
import io.holdfast.repository.BackupId;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "list", description = "List the backups, oldest first.")
final class BackupsListCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Mixin private final ClusterChoice cluster = new ClusterChoice();

  @Mixin private final SiteOption site = new SiteOption();

  @Option(
      names = "--all",
      description = "Also those that were removed and can still be brought back.")
  private boolean all;

  BackupsListCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    List<BackupView> there = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    Map<String, Proof> proofs = new HashMap<>();
    Map<String, List<Anomaly>> anomalies = new HashMap<>();
    rooms.eachCluster(
        cluster.name(), site.from(), open -> collect(open, there, unreadable, proofs, anomalies));
    List<BackupView> shown = there.stream().filter(each -> all || each.removal() == null).toList();
    console.answer(new Listed(shown, unreadable, proofs, anomalies, console.clock().instant()));
    int hidden = there.size() - shown.size();
    if (hidden > 0) {
      console.note(
          hidden
              + (hidden == 1 ? " backup was removed and waits" : " backups were removed and wait")
              + " to be purged: --all shows "
              + (hidden == 1 ? "it" : "them"));
    }
    return unreadable.isEmpty() ? ExitStatus.DONE : ExitStatus.REPOSITORY_FAILED;
  }

  private void collect(
      OpenCluster open,
      List<BackupView> into,
      List<Unreadable> unreadable,
      Map<String, Proof> proofs,
      Map<String, List<Anomaly>> anomalies) {
    Backups backups = new Backups(open.archive());
    List<BackupSummary> read = new ArrayList<>();
    Map<BackupId, Standing> standings = backups.standings();
    backups
        .list((id, why) -> {
          unreadable.add(new Unreadable(open.name(), id.text()));
          console.warn(
              "backup "
                  + id
                  + " of cluster "
                  + open.name()
                  + " cannot be read: "
                  + why.getMessage());
        })
        .forEach(each -> {
          read.add(each);
          into.add(
              BackupView.of(open.name(), each, standings.getOrDefault(each.id(), Standing.PLAIN)));
        });
    Anomalies.among(read).forEach((id, found) -> anomalies.put(key(open.name(), id.text()), found));
    new Proofs(open.archive())
        .newest(
            Set.copyOf(open.archive().backupIds()),
            e -> console.warn("a proof cannot be read: " + e.getMessage()))
        .forEach((id, proof) -> proofs.put(key(open.name(), id.text()), proof));
  }

  private static String key(String cluster, String backup) {
    return cluster + " " + backup;
  }

  private record Unreadable(String cluster, String id) {}

  /**
   * @param proofs the last one of each, by {@link #key}
   * @param anomalies likewise
   */
  private record Listed(
      List<BackupView> backups,
      List<Unreadable> unreadable,
      Map<String, Proof> proofs,
      Map<String, List<Anomaly>> anomalies,
      Instant now)
      implements Answer {
    @Override
    public Object json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("backups", backups);
      json.put("unreadable", unreadable);
      json.put("proofs", backups.stream().flatMap(each -> proof(each).stream()).toList());
      json.put(
          "anomalies",
          backups.stream()
              .flatMap(each ->
                  unusual(each).stream()
                      .map(one -> AnomalyView.of(each.cluster(), new BackupId(each.id()), one)))
              .toList());
      return json;
    }

    private List<Anomaly> unusual(BackupView backup) {
      return anomalies.getOrDefault(key(backup.cluster(), backup.id()), List.of());
    }

    /** What was said of it, and what is unusual about it. */
    private String note(BackupView backup) {
      return Stream.of(BackupText.said(backup), AnomalyWords.cell(unusual(backup)))
          .filter(text -> !text.isEmpty())
          .collect(Collectors.joining("; "));
    }

    private Optional<ProofLine> proof(BackupView backup) {
      return Optional.ofNullable(proofs.get(key(backup.cluster(), backup.id()))).map(ProofLine::of);
    }

    private String proven(BackupView backup) {
      return Optional.ofNullable(proofs.get(key(backup.cluster(), backup.id())))
          .map(proof -> ProofWords.cell(proof, now))
          .orElse("");
    }

    @Override
    public void print(Page page) {
      if (backups.isEmpty() && unreadable.isEmpty()) {
        page.line("There are no backups yet. 'holdfast backup' makes one.");
        return;
      }
      Table table =
          new Table()
              .left("CLUSTER")
              .left("BACKUP")
              .left("KIND")
              .left("CHANGES")
              .left("TAKEN")
              .right("TOOK")
              .right("SIZE")
              .right("STORED")
              .left("CHECKED")
              .left("PROVEN");
      boolean told = backups.stream().anyMatch(each -> !note(each).isEmpty());
      if (told) {
        table.left("NOTE");
      }
      for (BackupView each : backups) {
        List<String> cells =
            new ArrayList<>(
                List.of(
                    each.cluster(),
                    each.id(),
                    each.kind(),
                    each.changes() == null ? "" : each.changes().foundBy(),
                    Times.local(each.started()),
                    Times.span(Duration.ofMillis((long) (each.seconds() * 1000))),
                    ByteSize.format(each.bytes()),
                    ByteSize.format(each.bytesStored()),
                    BackupText.state(each),
                    proven(each)));
        row(table, cells, told ? note(each) : null);
      }
      for (Unreadable each : unreadable) {
        List<String> cells =
            new ArrayList<>(
                List.of(each.cluster(), each.id(), "", "", "", "", "", "", "UNREADABLE", ""));
        row(table, cells, told ? "" : null);
      }
      page.table(table);
    }

    private static void row(Table table, List<String> cells, @Nullable String note) {
      if (note != null) {
        cells.add(note);
      }
      table.row(cells.toArray(String[]::new));
    }
  }
}
