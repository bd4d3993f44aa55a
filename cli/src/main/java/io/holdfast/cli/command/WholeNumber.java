package io.holdfast.cli.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The value of an option that takes a number between two bounds: a typing error names them. */
abstract class WholeNumber implements ITypeConverter<Integer> {
  private final int least;
  private final int most;

  private WholeNumber(int least, int most) {
    this.least = least;
    this.most = most;
  }

  @Override
  public Integer convert(String text) {
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, with what is out of range.
    }
    throw new TypeConversionException(
        "expected a whole number from " + least + " to " + most + ", found '" + text + "'");
  }

  static final class Jobs extends WholeNumber {
    Jobs() {
      super(1, 64);
    }
  }

  static final class Port extends WholeNumber {
    Port() {
      super(1, 65535);
    }
  }

  static final class Timeline extends WholeNumber {
    Timeline() {
      super(1, Integer.MAX_VALUE);
    }
  }
}
