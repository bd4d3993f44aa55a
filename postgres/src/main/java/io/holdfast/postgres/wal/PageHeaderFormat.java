package io.holdfast.postgres.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.SupportedVersion;
import io.holdfast.postgres.WalPageHeader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The header of a WAL page (xlog_internal.h), little-endian; the long form stands at the start of
 * each segment:
 *
 * <pre>
 *  0 u16 xlp_magic   2 u16 xlp_info   4 u32 xlp_tli   8 u64 xlp_pageaddr
 * 16 u32 xlp_rem_len: bytes of a record begun earlier that are still to come   20 4 bytes unused
 * 24 u64 xlp_sysid  32 u32 xlp_seg_size  36 u32 xlp_xlog_blcksz
 * </pre>
 */
public final class PageHeaderFormat {
  static final int PAGE = 8192;
  static final int SHORT = 24;
  static final int LONG = WalPageHeader.SIZE;

  static final int CONTINUES_RECORD = 0x0001;
  static final int LONG_HEADER = 0x0002;
  static final int BLOCKS_REMOVABLE = 0x0004;

  /** The record begun earlier was given up after a crash (0x0004 from PostgreSQL 19 on). */
  static final int GIVES_UP_RECORD = 0x0008;

  private static final int KNOWN_FLAGS =
      CONTINUES_RECORD | LONG_HEADER | BLOCKS_REMOVABLE | GIVES_UP_RECORD;

  static final VarHandle U16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle U32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle U64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private PageHeaderFormat() {}

  public static Optional<WalPageHeader> parse(byte[] bytes, int offset) {
    if (offset < 0 || bytes.length - offset < LONG || !isLong(flags(bytes, offset))) {
      return Optional.empty();
    }
    int segmentSize = segmentSize(bytes, offset);
    long address = address(bytes, offset);
    boolean sound =
        segmentSize >= 1 << 20
            && segmentSize <= 1 << 30
            && Integer.bitCount(segmentSize) == 1
            && pageSize(bytes, offset) == PAGE
            && (address & (segmentSize - 1)) == 0
            && timeline(bytes, offset) > 0;
    return SupportedVersion.ofWalMagic(magic(bytes, offset))
        .filter(version -> sound)
        .map(version ->
            new WalPageHeader(
                version.major(),
                timeline(bytes, offset),
                new Lsn(address),
                systemIdentifier(bytes, offset),
                segmentSize));
  }

  static int size(long address, int segmentSize) {
    return (address & (segmentSize - 1)) == 0 ? LONG : SHORT;
  }

  static boolean isLong(int flags) {
    return (flags & LONG_HEADER) != 0;
  }

  static boolean areKnown(int flags) {
    return (flags & ~KNOWN_FLAGS) == 0;
  }

  static int magic(byte[] bytes, int offset) {
    return (short) U16.get(bytes, offset) & 0xFFFF;
  }

  static int flags(byte[] bytes, int offset) {
    return (short) U16.get(bytes, offset + 2) & 0xFFFF;
  }

  static int timeline(byte[] bytes, int offset) {
    return (int) U32.get(bytes, offset + 4);
  }

  static long address(byte[] bytes, int offset) {
    return (long) U64.get(bytes, offset + 8);
  }

  /** Unsigned. */
  static long remaining(byte[] bytes, int offset) {
    return (int) U32.get(bytes, offset + 16) & 0xFFFFFFFFL;
  }

  static long systemIdentifier(byte[] bytes, int offset) {
    return (long) U64.get(bytes, offset + 24);
  }

  static int segmentSize(byte[] bytes, int offset) {
    return (int) U32.get(bytes, offset + 32);
  }

  static int pageSize(byte[] bytes, int offset) {
    return (int) U32.get(bytes, offset + 36);
  }
}
