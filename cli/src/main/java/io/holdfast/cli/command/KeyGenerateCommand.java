package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.NewFile;
import io.holdfast.operations.proof.ProofSigner;
import io.holdfast.repository.KeyPairText;
import io.holdfast.vocabulary.ExitStatus;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "generate",
    description = "Make a key pair: the private key into a file, the public key as the answer.",
    footerHeading = "%n",
    footer = {
      "'holdfast key add --recipient PUBLIC' lets it open the repository.",
      "With --signing it opens nothing: prove: signing-key-file signs proofs with it, and prove:",
      "signing-public-key-file holds them against the public key."
    })
final class KeyGenerateCommand extends HoldfastCommand {
  private final Console console;

  @Parameters(
      paramLabel = "FILE",
      description = "Where the private key goes; must not exist. Readable by you alone.")
  private Path file = Path.of("");

  @Option(
      names = "--signing",
      description = "A pair of Ed25519 keys (PEM) that signs proofs, in place of one for sealing.")
  private boolean signing;

  KeyGenerateCommand(Console console) {
    this.console = console;
  }

  @Override
  ExitStatus run() {
    if (signing) {
      ProofSigner.Generated pair = ProofSigner.generate();
      try (var secret = pair.privateKey()) {
        NewFile.createPrivate(file, secret);
      }
      console.answer(
          new SigningPair(pair.publicKey().pem(), pair.publicKey().fingerprint(), file.toString()));
      return ExitStatus.DONE;
    }
    KeyPairText pair = KeyPairText.generate();
    try (var secret = pair.privateKey()) {
      NewFile.createPrivate(file, secret);
    }
    console.answer(new Generated(pair.publicKey(), file.toString()));
    return ExitStatus.DONE;
  }

  record Generated(String publicKey, String privateKeyFile) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      page.line(publicKey);
    }
  }

  record SigningPair(String publicKey, String fingerprint, String privateKeyFile)
      implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      publicKey.lines().forEach(page::line);
    }
  }
}
