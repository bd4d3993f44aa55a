package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.cli.wiring.Runbooks;
import io.holdfast.cli.wiring.SigningKeys;
import io.holdfast.operations.proof.FindingCode;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.ProofSigner;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.List;
import java.util.Optional;

/** Keeps results on all sites, for whoever asks one of them is to know; signed, if so declared. */
final class ProofRecord {
  private final Rooms rooms;
  private final Console console;
  private final String cluster;
  private final Optional<ProofSigner> signer;

  private ProofRecord(Rooms rooms, Console console, String cluster, Optional<ProofSigner> signer) {
    this.rooms = rooms;
    this.console = console;
    this.cluster = cluster;
    this.signer = signer;
  }

  /**
   * Before a proof begins, which may take hours: what would keep its result from being signed or
   * stored is said now.
   */
  static ProofRecord ready(Rooms rooms, Optional<String> cluster, Console console) {
    try (OpenCluster open = rooms.cluster(cluster)) {
      Optional<ProofSigner> signer =
          open.settings()
              .flatMap(declared -> declared.prove().signingKeyFile())
              .map(SigningKeys::signer);
      new Proofs(open.archive()).announce(console.clock().instant());
      return new ProofRecord(rooms, console, open.name(), signer);
    } catch (HoldfastException e) {
      if (e.status() == ExitStatus.USAGE || e.status() == ExitStatus.INTERRUPTED) {
        throw e;
      }
      throw new HoldfastException(
          e.status(),
          "could not begin a proof, for its result could not be kept: " + e.getMessage(),
          "With --no-record the repository is only read."
              + e.hint().map(hint -> " Or: " + hint).orElse(""),
          e);
    }
  }

  String cluster() {
    return cluster;
  }

  /** The result has been shown; that it is not kept is said, and seen from the status. */
  ExitStatus keep(List<Proof> proofs, ExitStatus verdict) {
    try (OpenCluster open = rooms.cluster(Optional.of(cluster))) {
      Proofs stored = new Proofs(open.archive());
      proofs.forEach(proof -> stored.add(proof, signer));
      if (proofs.stream().anyMatch(ProofRecord::foundItChanged)) {
        console.warn(
            "the runbook beside the backups is left as it is, for you to see who changed it;"
                + " `holdfast runbook --publish` writes it anew");
      } else {
        renewRunbook(open);
      }
      return verdict;
    } catch (HoldfastException e) {
      console.warn(
          "the result was NOT kept in the repository: "
              + e.getMessage()
              + e.hint().map(hint -> ". " + hint).orElse(""));
      return verdict == ExitStatus.NO ? verdict : e.status();
    }
  }

  private static boolean foundItChanged(Proof proof) {
    return proof.findings().stream()
        .anyMatch(each -> each.code().equals(FindingCode.RUNBOOK_STALE.text()));
  }

  /** The proof is kept; a page that tells the times of the one before is no reason to fail. */
  private void renewRunbook(OpenCluster open) {
    try {
      new Runbooks(open, console.clock(), console::warn).renew();
    } catch (HoldfastException e) {
      console.warn("the runbook beside the backups was not written anew: " + e.getMessage());
    }
  }
}
