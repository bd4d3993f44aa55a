package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.operations.proof.StoredProof;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    description = "Show the last proof of a backup: the ladder, every finding and what to do.")
final class ProofShowCommand extends HoldfastCommand {
  /** Proofs before it that the chart of a page shows. */
  private static final int CHARTED = 60;

  private final Console console;
  private final Rooms rooms;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ID",
      description = "The backup, or the start of its id (default: the one proven last).")
  private String id = "latest";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "text (default), json, junit, or html: one page with all in it.")
  private String format = "text";

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final SiteOption site = new SiteOption();
  @Mixin private final PublicKeyOption publicKey = new PublicKeyOption();

  ProofShowCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    if (!List.of("text", "json", "junit", "html").contains(format)) {
      throw new HoldfastException(
          ExitStatus.USAGE, "'" + format + "' is no format", "Say text, json, junit or html.");
    }
    try (OpenCluster open = rooms.readingCluster(cluster.name(), site.from())) {
      Proofs proofs = new Proofs(open.archive());
      StoredProof stored = find(open, proofs);
      Proof proof = stored.proof();
      ProofSeal seal = ProofSeal.of(stored, publicKey.key(open.settings()));
      ProofView.Shown view = new ProofView.Shown(List.of(proof), List.of(), Optional.of(seal));
      switch (format) {
        case "junit" -> console.streams().out().println(ProofExport.junit(proof, seal));
        case "html" ->
            console.streams().out().println(ProofExport.html(proof, seal, history(proofs, proof)));
        case "json" -> console.answerInJson(view);
        default -> console.answer(view);
      }
      console.streams().out().flush();
      return proof.verdict().status();
    }
  }

  private StoredProof find(OpenCluster open, Proofs proofs) {
    List<Proofs.Entry> fitting =
        proofs.list().stream()
            .filter(each -> id.equals("latest") || each.backup().text().startsWith(id))
            .toList();
    if (fitting.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          id.equals("latest")
              ? "nothing of cluster " + open.name() + " was proven yet"
              : "no backup that begins with '" + id + "' was proven",
          "`holdfast prove " + open.name() + "` proves the newest one.");
    }
    return proofs.stored(fitting.getLast()).orElseThrow();
  }

  /** Of the same kind, oldest first; one that cannot be read leaves a gap. */
  private static List<Proof> history(Proofs proofs, Proof shown) {
    List<Proof> history = new ArrayList<>();
    for (Proofs.Entry entry : proofs.list().reversed()) {
      if (history.size() == CHARTED) {
        break;
      }
      readable(proofs, entry)
          .filter(each -> each.kind().equals(shown.kind()))
          .ifPresent(history::add);
    }
    return history.reversed();
  }

  private static Optional<Proof> readable(Proofs proofs, Proofs.Entry entry) {
    try {
      return proofs.read(entry);
    } catch (HoldfastException e) {
      return Optional.empty();
    }
  }
}
