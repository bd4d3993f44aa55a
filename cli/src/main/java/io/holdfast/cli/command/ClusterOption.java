package io.holdfast.cli.command;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The cluster of commands whose words mean something else. */
final class ClusterOption {
  @Option(
      names = {"-C", "--cluster"},
      paramLabel = "CLUSTER",
      description = "Which cluster; may be left out where the configuration has only one.")
  private @Nullable String cluster;

  Optional<String> name() {
    return Optional.ofNullable(cluster);
  }
}
