package io.holdfast.cli;

import io.holdfast.vocabulary.ByteSize;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The value of an option that takes a size. */
final class SizeText implements ITypeConverter<ByteSize> {
  @Override
  public ByteSize convert(String text) {
    try {
      return ByteSize.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("expected a size such as 64MiB, found '" + text + "'");
    }
  }
}
