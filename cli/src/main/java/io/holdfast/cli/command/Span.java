package io.holdfast.cli.command;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A duration as the configuration writes it: {@code 12h}, {@code 365d}. */
final class Span implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,5})([hdw])");
  private static final Map<String, Integer> HOURS = Map.of("h", 1, "d", 24, "w", 168);

  @Override
  public Duration convert(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no number of hours, days or weeks such as 12h, 365d, 4w");
    }
    return Duration.ofHours(Long.parseLong(form.group(1)) * HOURS.getOrDefault(form.group(2), 1));
  }
}
