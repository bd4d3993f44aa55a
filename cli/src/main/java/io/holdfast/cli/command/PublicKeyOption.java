package io.holdfast.cli.command;

import io.holdfast.cli.wiring.SigningKeys;
import io.holdfast.operations.proof.SignatureKey;
import io.holdfast.settings.ClusterSettings;
import io.holdfast.settings.ProveSettings;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The key that proofs are held against. */
final class PublicKeyOption {
  @Option(
      names = "--public-key",
      paramLabel = "FILE",
      description =
          "The public key that proofs have to be signed with (default: prove:"
              + " signing-public-key-file).")
  private @Nullable Path file;

  /** Empty if nobody names one. */
  Optional<SignatureKey> key(Optional<ClusterSettings> declared) {
    return Optional.ofNullable(file)
        .or(() -> declared.map(ClusterSettings::prove).flatMap(ProveSettings::signingPublicKeyFile))
        .map(SigningKeys::publicKey);
  }
}
