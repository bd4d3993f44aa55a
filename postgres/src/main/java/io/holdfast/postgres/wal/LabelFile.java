package io.holdfast.postgres.wal;

import io.holdfast.postgres.BackupLabel;

/** Stub. */
public final class LabelFile {
  private LabelFile() {}

  public static BackupLabel parse(byte[] content) {
    throw new UnsupportedOperationException("stub");
  }
}
