package io.holdfast.postgres.directory;

import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.SupportedVersion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * {@code global/pg_control}, 8192 bytes, little-endian (ControlFileData in pg_control.h; the
 * offsets are those of every 64-bit platform):
 *
 * <pre>
 *   0 u64 system_identifier     8 u32 pg_control_version   12 u32 catalog_version_no
 *  16 u32 state                24 i64 time, seconds        32 u64 checkPoint
 *  40 u64 checkPointCopy.redo  48 u32 …ThisTimeLineID    104 i64 …time, seconds
 * 136 u64 minRecoveryPoint    144 u32 minRecoveryPointTLI
 * 172 i32 wal_level           176 bool wal_log_hints      180 i32 MaxConnections
 * 184 i32 max_worker_processes 188 i32 max_wal_senders    192 i32 max_prepared_xacts
 * 196 i32 max_locks_per_xact  216 u32 blcksz              220 u32 relseg_size
 * 224 u32 xlog_blcksz         228 u32 xlog_seg_size       252 u32 data_checksum_version
 * 288 u32 CRC32C of all before it (14 to 17); 292 (18)
 * </pre>
 */
public final class ControlFileFormat {
  private static final List<ControlFile.State> STATES = List.of(ControlFile.State.values());

  /**
   * A valid place for a record (else no server would start, XRecOffIsValid), in segment 0, which no
   * cluster has.
   */
  private static final long NO_CHECKPOINT = 0xDEAD;

  private ControlFileFormat() {}

  /** Whether the stored checksum fits; false too for a version that is not known. */
  static boolean checksumFits(byte[] content) {
    return content.length >= ControlFile.SIZE
        && version(in(content)).filter(v -> checksumFits(content, v)).isPresent();
  }

  public static ControlFile parse(byte[] content) {
    if (content.length < ControlFile.SIZE) {
      throw new PostgresException(
          "could not read pg_control: expected "
              + ControlFile.SIZE
              + " bytes, found "
              + content.length,
          "The file is damaged. Without it the data directory cannot be used; restore a backup.",
          null);
    }
    ByteBuffer in = in(content);
    SupportedVersion version = version(in).orElseThrow(() -> unknownVersion(in));
    if (!checksumFits(content, version)) {
      throw new PostgresException(
          String.format(
              "could not read pg_control: expected checksum %08X, found %08X",
              checksum(content, crcOffset(version)), in.getInt(crcOffset(version))),
          "The file is damaged, or was caught while the server was writing it. Try again; if it"
              + " stays so, restore a backup.",
          null);
    }
    int state = in.getInt(16);
    if (state < 0 || state >= STATES.size()) {
      throw new PostgresException(
          "could not read pg_control: expected a cluster state from 0 to 6, found " + state,
          null,
          null);
    }
    return new ControlFile(
        in.getLong(0),
        in.getInt(8),
        in.getInt(12),
        version.major(),
        STATES.get(state),
        Instant.ofEpochSecond(in.getLong(24)),
        new Lsn(in.getLong(32)),
        new Lsn(in.getLong(40)),
        in.getInt(48),
        in.getLong(104),
        new Lsn(in.getLong(136)),
        in.getInt(144),
        in.getInt(172),
        in.get(176) != 0,
        in.getInt(180),
        in.getInt(184),
        in.getInt(188),
        in.getInt(192),
        in.getInt(196),
        in.getInt(216),
        in.getInt(220),
        in.getInt(224),
        in.getInt(228),
        in.getInt(252));
  }

  public static byte[] withoutCheckpoint(byte[] content) {
    parse(content);
    byte[] changed = content.clone();
    ByteBuffer out = in(changed);
    int crc = crcOffset(version(out).orElseThrow());
    out.putLong(32, NO_CHECKPOINT);
    out.putInt(crc, checksum(changed, crc));
    return changed;
  }

  private static PostgresException unknownVersion(ByteBuffer in) {
    return new PostgresException(
        String.format(
            "could not read pg_control: expected one of PostgreSQL %s, found control version %s,"
                + " catalog version %s",
            SupportedVersion.list(),
            Integer.toUnsignedString(in.getInt(8)),
            Integer.toUnsignedString(in.getInt(12))),
        "Use a Holdfast that knows this version of PostgreSQL. If the version should be known, the"
            + " file is damaged or comes from a machine of other byte order.",
        null);
  }

  private static Optional<SupportedVersion> version(ByteBuffer in) {
    return SupportedVersion.ofControl(in.getInt(8), in.getInt(12));
  }

  private static boolean checksumFits(byte[] content, SupportedVersion version) {
    int at = crcOffset(version);
    return checksum(content, at) == in(content).getInt(at);
  }

  private static int checksum(byte[] content, int length) {
    CRC32C crc = new CRC32C();
    crc.update(content, 0, length);
    return (int) crc.getValue();
  }

  private static int crcOffset(SupportedVersion version) {
    return version.major() >= 18 ? 292 : 288;
  }

  private static ByteBuffer in(byte[] content) {
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }
}
