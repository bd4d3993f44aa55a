package io.holdfast.vocabulary;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes that people write and read: {@code 64MiB}, {@code 1.5 GB}, {@code 8192}. */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
  private static final Pattern FORM = Pattern.compile("\\s*(\\d+)\\s*([kKmMgGtT]?)(i?)[bB]?\\s*");

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is not negative: " + bytes);
    }
  }

  /**
   * Reads a whole number with an optional unit; {@code k M G T} and their {@code i} forms all count
   * in powers of 1024, as PostgreSQL's settings do.
   *
   * @throws IllegalArgumentException naming the text
   */
  public static ByteSize parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("not a size: '" + text + "' (write for example 64MiB)");
    }
    int power =
        " kmgt".indexOf(form.group(2).isEmpty() ? " " : form.group(2).toLowerCase(Locale.ROOT));
    try {
      return new ByteSize(Math.multiplyExact(Long.parseLong(form.group(1)), 1L << (10 * power)));
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException("size too large: '" + text + "'", e);
    }
  }

  public static String format(long bytes) {
    return new ByteSize(bytes).toString();
  }

  /** For people: {@code 812 B}, {@code 23.4 MB}, decimal units, at most four digits. */
  @Override
  public String toString() {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 999.95 && unit < 4) {
      value /= 1000;
      unit++;
    }
    return String.format(
        Locale.ROOT, value >= 100 ? "%.0f %cB" : "%.1f %cB", value, "kMGTP".charAt(unit));
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }
}
