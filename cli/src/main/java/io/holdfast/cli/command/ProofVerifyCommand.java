package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.operations.proof.SignatureKey;
import io.holdfast.operations.proof.StoredProof;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description = {
      "Say whether proofs are what the holder of a key has signed, byte for byte, of this repository,"
          + " this cluster and this backup."
    },
    footerHeading = "%n",
    footer = {
      "Exit status 0: all of them are. 1: one is not, or is not signed. 4: that cannot be seen.",
      "'holdfast key generate --signing FILE' makes the keys; prove: signing-key-file signs with it."
    })
final class ProofVerifyCommand extends HoldfastCommand {
  private static final String LAST = "latest";

  private final Console console;
  private final Rooms rooms;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ID",
      description =
          "All proofs of that backup, or of those whose ids begin so (default: the last proof).")
  private @Nullable String id;

  @Option(names = "--all", description = "Every proof of the cluster.")
  private boolean all;

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final SiteOption site = new SiteOption();
  @Mixin private final PublicKeyOption publicKey = new PublicKeyOption();

  ProofVerifyCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    if (all && id != null) {
      throw new HoldfastException(
          ExitStatus.USAGE, "expected --all or an ID, found both", "Leave one of them out.");
    }
    try (OpenCluster open = rooms.readingCluster(cluster.name(), site.from())) {
      Optional<SignatureKey> key = publicKey.key(open.settings());
      Proofs proofs = new Proofs(open.archive());
      List<Looked> looked = new ArrayList<>();
      for (Proofs.Entry entry : wanted(open, proofs)) {
        look(proofs, entry, key).ifPresent(looked::add);
      }
      if (key.isEmpty()) {
        console.warn(
            "nothing was verified: no public key is known. Name it with --public-key FILE, or as"
                + " prove: signing-public-key-file");
      }
      console.answer(new Answered(key.map(SignatureKey::fingerprint).orElse(null), looked));
      return status(key, looked);
    }
  }

  private static ExitStatus status(Optional<SignatureKey> key, List<Looked> looked) {
    if (key.isEmpty() || looked.isEmpty()) {
      return ExitStatus.UNVERIFIED;
    }
    if (looked.stream().anyMatch(each -> each.readable() && !each.seal().valid())) {
      return ExitStatus.NO;
    }
    return looked.stream().allMatch(Looked::readable) ? ExitStatus.DONE : ExitStatus.UNVERIFIED;
  }

  private List<Proofs.Entry> wanted(OpenCluster open, Proofs proofs) {
    String wanted = all ? "" : id == null ? LAST : id;
    List<Proofs.Entry> fitting =
        proofs.list().stream()
            .filter(each -> wanted.equals(LAST) || each.backup().text().startsWith(wanted))
            .toList();
    if (fitting.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          wanted.isEmpty() || wanted.equals(LAST)
              ? "nothing of cluster " + open.name() + " was proven yet"
              : "no backup that begins with '" + wanted + "' was proven",
          "`holdfast prove " + open.name() + "` proves the newest one.");
    }
    return wanted.equals(LAST) ? List.of(fitting.getLast()) : fitting;
  }

  /** Empty if it has gone meanwhile. */
  private static Optional<Looked> look(
      Proofs proofs, Proofs.Entry entry, Optional<SignatureKey> key) {
    try {
      Optional<StoredProof> stored = proofs.stored(entry);
      return stored.map(each -> new Looked(entry, ProofSeal.of(each, key), true));
    } catch (HoldfastException e) {
      if (e.status() != ExitStatus.REPOSITORY_FAILED) {
        throw e;
      }
      return Optional.of(
          new Looked(
              entry,
              new ProofSeal("unreadable", "cannot be read: " + e.getMessage(), null),
              false));
    }
  }

  private record Looked(Proofs.Entry entry, ProofSeal seal, boolean readable) {}

  private record Answered(@Nullable String key, List<Looked> looked) implements Answer {
    @Override
    public Object json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("key", key);
      json.put("proofs", looked.stream().map(Answered::json).toList());
      return json;
    }

    private static Map<String, Object> json(Looked each) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("backup", each.entry().backup().text());
      json.put("ended", each.entry().ended().toString());
      json.put("signature", each.seal().json());
      return json;
    }

    @Override
    public void print(Page page) {
      if (key != null) {
        page.line("Held against the key " + key);
      }
      Table table = new Table().left("PROVEN").left("BACKUP").left("SIGNATURE");
      for (Looked each : looked) {
        table.row(
            Times.local(each.entry().ended()), each.entry().backup().text(), each.seal().said());
      }
      page.table(table);
    }
  }
}
