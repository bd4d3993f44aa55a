package io.holdfast.postgres.wal;

import io.holdfast.postgres.WalPageHeader;
import java.util.Optional;

/** Stub. */
public final class PageHeaderFormat {
  private PageHeaderFormat() {}

  public static Optional<WalPageHeader> parse(byte[] bytes, int offset) {
    throw new UnsupportedOperationException("stub");
  }
}
