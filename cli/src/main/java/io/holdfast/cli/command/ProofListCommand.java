package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.proof.Finding;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.operations.proof.Rung;
import io.holdfast.operations.view.ProofLine;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "list", description = "List the proofs of a cluster's backups, oldest first.")
final class ProofListCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Mixin private final ClusterChoice cluster = new ClusterChoice();
  @Mixin private final SiteOption site = new SiteOption();

  ProofListCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    List<Proof> all = new ArrayList<>();
    rooms.eachCluster(cluster.name(), site.from(), open -> all.addAll(read(open)));
    console.answer(new Listed(all));
    return ExitStatus.DONE;
  }

  /** One that cannot be read hides no other. */
  private List<Proof> read(OpenCluster open) {
    Proofs proofs = new Proofs(open.archive());
    List<Proof> found = new ArrayList<>();
    for (Proofs.Entry entry : proofs.list()) {
      try {
        proofs.read(entry).ifPresent(found::add);
      } catch (HoldfastException e) {
        console.warn(String.valueOf(e.getMessage()));
      }
    }
    return found;
  }

  private record Listed(List<Proof> proofs) implements Answer {
    @Override
    public Object json() {
      return Map.of("proofs", proofs.stream().map(ProofLine::of).toList());
    }

    @Override
    public void print(Page page) {
      if (proofs.isEmpty()) {
        page.line("Nothing was proven yet. 'holdfast prove' does it.");
        return;
      }
      Table table =
          new Table()
              .left("PROVEN")
              .left("CLUSTER")
              .left("BACKUP")
              .left("KIND")
              .left("VERDICT")
              .left("REACHED")
              .right("RECOVERY")
              .left("PLAN")
              .left("FINDINGS");
      for (Proof each : proofs) {
        table.row(
            Times.local(each.ended()),
            each.cluster(),
            each.backup().text(),
            each.kind(),
            each.verdict().said(),
            each.reached().map(Rung::word).orElse(""),
            each.recoveryTime().map(Times::span).orElse(""),
            each.plan(),
            each.findings().stream()
                .map(Finding::code)
                .distinct()
                .collect(Collectors.joining(", ")));
      }
      page.table(table);
    }
  }
}
