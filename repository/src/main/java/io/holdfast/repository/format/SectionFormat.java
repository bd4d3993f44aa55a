package io.holdfast.repository.format;

/**
 * Section format, version 1: the content of a chunk that lists files in path order. A section
 * stands alone: it names every pack, name and chunk that its files use, so one that did not change
 * can be named by a later backup's manifest as it is. The same files with the same chunks give the
 * same bytes.
 *
 * <pre>
 * section  = u8 version 1, field*
 * field    = varint tag, varint length, bytes      in this order; unknown tags are skipped
 *
 * tag 1 packs    varint count, then each: text backup id, varint number, 16 bytes container id
 * tag 2 names    varint count, then each: text (UTF-8) user or group
 * tag 3 chunks   varint count, then each:
 *                  varint pack       index in packs
 *                  signed number     minus (number of the chunk before + 1), if of the same pack
 *                  signed offset     minus (end of the chunk before), if of the same pack
 *                  varint stored     length of the frame
 *                  varint raw        length of the content
 *                  8 bytes           fingerprint
 * tag 4 entries  varint count, then each: varint length, entry
 *
 * entry    = u8      kind: 0 file, 1 directory, 2 link
 *            u8      flags: bit 0: goes on in the next entry; bit 1: goes on from the one before
 *            varint  how many bytes of the path are those of the path before in this section
 *            text    the rest of the path (bytes)
 *            varint  mode
 *            varint  user, index in names
 *            varint  group, index in names
 *            signed  modified, seconds since 1970
 *            varint  modified, nanoseconds
 *            varint  length of the file
 *            text    target of a link (bytes)
 *            varint  count of extents, extent*
 *            varint  count of attributes, each: text key, text value (UTF-8)
 *            …       what later versions add; skipped
 *
 * extent   = varint 0, varint chunk                                   the whole chunk
 *          | varint 1, varint chunk, varint offset, varint length     a slice of it
 *          | varint 2, varint length                                  zeros
 *
 * varint   = seven bits a byte, least significant first, the high bit set on all but the last
 * signed   = varint of 0, -1, 1, -2 … as 0, 1, 2, 3 …
 * text     = varint length in bytes, bytes
 * </pre>
 *
 * <p>Chunks and names are listed in the order in which the entries first use them. A file with more
 * extents than {@link #MAX_EXTENTS} takes several entries, one after the other (possibly in the
 * following sections), with equal values but for the extents and the two flags.
 *
 * <p>Paths ascend as {@link io.holdfast.repository.StoredFile#PATH_ORDER} has it.
 */
public final class SectionFormat {
  static final int VERSION = 1;
  static final int PACKS = 1;
  static final int NAMES = 2;
  static final int CHUNKS = 3;
  static final int ENTRIES = 4;

  static final int GOES_ON = 1;
  static final int GOES_ON_FROM_BEFORE = 2;

  static final int WHOLE = 0;
  static final int SLICE = 1;
  static final int HOLE = 2;

  /** Extents of one entry. */
  public static final int MAX_EXTENTS = 8192;

  /** Bytes of a path, and of the target of a link: no system call takes a longer one. */
  public static final int MAX_PATH = 4096;

  /** Names of users and groups in one section: two for each entry. */
  static final int MAX_NAMES = 2 * 4000;

  /** Bytes of one entry; paths, targets and attributes are bounded by it. */
  public static final int MAX_ENTRY = 256 << 10;

  /** Files of one section. */
  public static final int MAX_FILES = 4000;

  /** A section ends with the entry that reaches this size. */
  public static final int FULL = 1 << 20;

  private SectionFormat() {}
}
