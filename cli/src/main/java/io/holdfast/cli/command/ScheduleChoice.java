package io.holdfast.cli.command;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** A schedule, and for which cluster. */
final class ScheduleChoice {
  @Parameters(index = "0", paramLabel = "SCHEDULE", description = "Its name in the configuration.")
  private String schedule = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "CLUSTER",
      description = "For which cluster.")
  private @Nullable String cluster;

  String schedule() {
    return schedule;
  }

  Optional<String> cluster() {
    return Optional.ofNullable(cluster);
  }
}
