package io.holdfast.postgres.directory;

import io.holdfast.postgres.ControlFile;

/** Stub. */
public final class ControlFileFormat {
  private ControlFileFormat() {}

  public static ControlFile parse(byte[] content) {
    throw new UnsupportedOperationException("stub");
  }
}
