package io.holdfast.cli.command;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** The cluster as the first word after the command. */
final class ClusterChoice {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CLUSTER",
      description = "Which cluster; may be left out where the configuration has only one.")
  private @Nullable String cluster;

  Optional<String> name() {
    return Optional.ofNullable(cluster);
  }
}
