package io.holdfast.cli.command;

import io.holdfast.operations.restore.RecoveryTarget;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The moment in the past that a bucket is read as it was at. */
final class AsOfOption {
  @Option(
      names = "--as-of",
      paramLabel = "TIME",
      converter = Moment.class,
      description = {
        "Read the repository as it was then, such as '2026-11-22 10:14:00+01', whatever was deleted",
        "or overwritten since: in buckets that keep versions."
      })
  private @Nullable Instant moment;

  Optional<Instant> moment() {
    return Optional.ofNullable(moment);
  }

  /** A time in the forms that --at of restore takes. */
  private static final class Moment implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
      try {
        if (RecoveryTarget.parse(text, ZoneId.systemDefault(), false)
            instanceof RecoveryTarget.Moment(Instant moment, _, _)) {
          return moment;
        }
      } catch (HoldfastException e) {
        throw new TypeConversionException(e.getMessage());
      }
      throw new TypeConversionException(
          "'" + text + "' is no time, such as '2026-11-22 10:14:00+01'");
    }
  }
}
