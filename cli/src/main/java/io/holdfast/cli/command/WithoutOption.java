package io.holdfast.cli.command;

import io.holdfast.cli.wiring.ReadFrom;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Sites that a recovery does without, since they could not be reached when it was planned. */
final class WithoutOption {
  @Option(
      names = "--without",
      paramLabel = "SITE",
      description = "Leave this site out, as if what only it has was nowhere.")
  private List<String> sites = new ArrayList<>();

  ReadFrom from(ReadFrom from) {
    return from.without(sites);
  }
}
