package io.holdfast.cli.command;

import io.holdfast.operations.proof.Rung;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A rung of the ladder, by its word. */
final class RungWord implements ITypeConverter<Rung> {
  @Override
  public Rung convert(String text) {
    return Rung.of(text)
        .orElseThrow(() ->
            new TypeConversionException(
                "'"
                    + text
                    + "' is no rung: say one of "
                    + Arrays.stream(Rung.values())
                        .map(Rung::word)
                        .collect(Collectors.joining(", "))));
  }
}
