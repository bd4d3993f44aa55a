package io.holdfast.cli.command;

import io.holdfast.cli.wiring.ReadFrom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where to read from: the one of several sites, and how it was. */
final class SiteOption {
  @Option(
      names = "--site",
      paramLabel = "SITE",
      description =
          "Read this site alone (default: whichever can be reached, the first one first).")
  private @Nullable String site;

  @Mixin private final AsOfOption asOf = new AsOfOption();

  ReadFrom from() {
    return new ReadFrom(Optional.ofNullable(site), asOf.moment());
  }
}
