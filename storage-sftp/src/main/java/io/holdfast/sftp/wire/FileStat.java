package io.holdfast.sftp.wire;

import java.time.Instant;

/** What version 3 of the protocol tells of a file. */
public record FileStat(long size, int mode, Instant modified) {
  private static final int TYPE = 0170000;

  public boolean isFile() {
    return (mode & TYPE) == 0100000;
  }

  public boolean isDirectory() {
    return (mode & TYPE) == 0040000;
  }

  public boolean isLink() {
    return (mode & TYPE) == 0120000;
  }
}
