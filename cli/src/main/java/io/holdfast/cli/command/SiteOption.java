package io.holdfast.cli.command;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The one of several sites to read from. */
final class SiteOption {
  @Option(
      names = "--site",
      paramLabel = "SITE",
      description =
          "Read this site alone (default: whichever can be reached, the first one first).")
  private @Nullable String site;

  Optional<String> name() {
    return Optional.ofNullable(site);
  }
}
