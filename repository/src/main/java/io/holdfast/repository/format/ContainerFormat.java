package io.holdfast.repository.format;

import io.holdfast.repository.NewerFormatException;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.storage.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Container format, version 1: the one layout of packs, manifests, sealed objects and documents.
 * Integers are little-endian, UUIDs lie in the order in which they are printed.
 *
 * <pre>
 * container = header, envelope, frame 0 … frame n-1, end frame, trailer
 *
 * header          52 bytes
 *    0   8  magic "HOLDFAST"
 *    8   1  version: 1
 *    9   1  kind: 1 pack, 2 manifest, 3 object, 4 document
 *   10   1  sealing: 0 checksum, 1 AES-256-GCM
 *   11   1  flags: 0
 *   12  16  repository id
 *   28  16  container id, random
 *   44   4  length E of the envelope: 0
 *   48   4  CRC32C of the 48 bytes before
 *
 * envelope        E bytes; room for a container key wrapped to a public key
 *
 * A kind, sealing, flag or envelope that is not known here is a newer container, not a damaged one.
 *
 * frame           24 bytes + payload
 *    0   4  magic "HFfr"
 *    4   4  number: 0, 1, 2 …; also the nonce
 *    8   1  codec: 0 stored, 1 zstd
 *    9   1  purpose: 1 data, 2 section, 3 text, 4 head, 255 end; in packs, others are passed over
 *   10   1  flags: bit 0 final
 *   11   1  0
 *   12   4  raw length
 *   16   4  payload length, seal included
 *   20   4  CRC32C of the 20 bytes before
 *   24   .  payload: content, compressed, then sealed; its last 16 bytes are the seal
 *
 * end frame       a frame with number n, codec 0, purpose end, flag final. Its content is the table
 *                 of frames: authenticated, but in clear, so that a pack can be listed without key.
 *   per frame 0 … n-1, 20 bytes:
 *    0   8  offset of the frame in the container
 *    8   4  raw length
 *   12   4  payload length
 *   16   1  codec
 *   17   1  purpose
 *   18   2  0
 *
 * trailer         16 bytes
 *    0   4  length of the end frame: header, table and seal
 *    4   4  CRC32C of the end frame and the 4 bytes before
 *    8   8  magic "TSAFDLOH"
 * </pre>
 *
 * <p>The seal of a frame is made over the associated data: header, length (2 bytes) and text of the
 * object key, the first 20 bytes of the frame header. With AES-256-GCM it is the tag, with checksum
 * the first 16 bytes of SHA-256 over associated data and payload. The end frame's table is
 * associated data too, and its plaintext is empty.
 *
 * <p>A payload is never longer than the raw content plus its seal: what does not shrink is stored.
 */
public final class ContainerFormat {
  public static final int VERSION = 1;
  public static final int HEADER = 52;
  public static final int FRAME_HEADER = 24;
  public static final int SEALED_FRAME_HEADER = 20;
  public static final int SEAL = 16;
  public static final int TABLE_ENTRY = 20;
  public static final int TRAILER = 16;

  /** The largest content of a frame. */
  public static final int MAX_RAW = 4 << 20;

  /** The largest number of frames before the end frame. */
  public static final int MAX_FRAMES = 1 << 16;

  public static final int STORED = 0;
  public static final int ZSTD = 1;
  public static final int FINAL = 1;

  private static final byte[] MAGIC = "HOLDFAST".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END_MAGIC = "TSAFDLOH".getBytes(StandardCharsets.US_ASCII);
  private static final int FRAME_MAGIC = 'H' | ('F' << 8) | ('f' << 16) | ('r' << 24);

  private ContainerFormat() {}

  /** What a container is. */
  public enum Kind {
    PACK(1),
    MANIFEST(2),
    OBJECT(3),
    DOCUMENT(4);

    private final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  /** What a frame holds. */
  public enum Purpose {
    DATA(1),
    SECTION(2),
    TEXT(3),
    HEAD(4),
    END(255);

    private final int code;

    Purpose(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }
  }

  /** Says which container this is. */
  public record Header(Kind kind, boolean encrypted, UUID repository, UUID container) {
    public byte[] bytes() {
      byte[] header = new byte[HEADER];
      System.arraycopy(MAGIC, 0, header, 0, 8);
      header[8] = VERSION;
      header[9] = (byte) kind.code;
      header[10] = (byte) (encrypted ? 1 : 0);
      LittleEndian.putUuid(header, 12, repository);
      LittleEndian.putUuid(header, 28, container);
      LittleEndian.putInt(header, 48, crc(header, 0, 48));
      return header;
    }
  }

  /** Says what follows: one frame's payload. */
  public record Frame(int number, int codec, int purpose, int rawLength, int payloadLength) {
    public int length() {
      return FRAME_HEADER + payloadLength;
    }

    public boolean isEnd() {
      return purpose == Purpose.END.code;
    }
  }

  /** Reads and checks a header that must be the given kind, of the given repository. */
  public static Header header(
      byte[] from, ObjectKey key, Kind kind, UUID repository, boolean encrypted) {
    expect(key, "magic HOLDFAST", Arrays.equals(from, 0, 8, MAGIC, 0, 8), "other bytes");
    // Before the checksum: a later version may have another header.
    if (from[8] > VERSION) {
      throw new NewerFormatException(key, "container format " + VERSION, from[8]);
    }
    expect(key, "container format " + VERSION, from[8] == VERSION, from[8]);
    int crc = crc(from, 0, 48);
    int found = LittleEndian.getInt(from, 48);
    expect(key, "header CRC32C " + hex(crc), found == crc, hex(found));
    requireKnown(from, key);
    expect(key, "a " + kind.name(), from[9] == kind.code, "kind " + from[9]);
    expect(
        key,
        encrypted ? "AES-256-GCM" : "checksums",
        from[10] == (encrypted ? 1 : 0),
        "sealing " + from[10]);
    UUID other = LittleEndian.getUuid(from, 12);
    expect(key, "repository " + repository, other.equals(repository), other);
    return new Header(kind, encrypted, repository, LittleEndian.getUuid(from, 28));
  }

  /** The header is whole, so what is unknown in it was meant: to call it damage would be wrong. */
  private static void requireKnown(byte[] from, ObjectKey key) {
    int envelope = LittleEndian.getInt(from, 44);
    boolean known =
        from[9] >= Kind.PACK.code
            && from[9] <= Kind.DOCUMENT.code
            && (from[10] == 0 || from[10] == 1)
            && from[11] == 0
            && envelope == 0;
    if (!known) {
      throw new NewerFormatException(
          key,
          "a known kind and sealing, no flags and no envelope",
          "kind "
              + from[9]
              + ", sealing "
              + from[10]
              + ", flags "
              + from[11]
              + ", an envelope of "
              + Integer.toUnsignedString(envelope)
              + " bytes");
    }
  }

  /** Writes the frame header: {@link #FRAME_HEADER} bytes. */
  public static void putFrame(byte[] into, int at, Frame frame) {
    LittleEndian.putInt(into, at, FRAME_MAGIC);
    LittleEndian.putInt(into, at + 4, frame.number);
    into[at + 8] = (byte) frame.codec;
    into[at + 9] = (byte) frame.purpose;
    into[at + 10] = (byte) (frame.isEnd() ? FINAL : 0);
    into[at + 11] = 0;
    LittleEndian.putInt(into, at + 12, frame.rawLength);
    LittleEndian.putInt(into, at + 16, frame.payloadLength);
    LittleEndian.putInt(into, at + 20, crc(into, at, SEALED_FRAME_HEADER));
  }

  /** Reads and checks the header of frame {@code number}; its lengths are within bounds. */
  public static Frame frame(byte[] from, int at, ObjectKey key, int number) {
    int magic = LittleEndian.getInt(from, at);
    expect(key, number, "a frame", magic == FRAME_MAGIC, "magic " + hex(magic));
    int crc = crc(from, at, SEALED_FRAME_HEADER);
    int found = LittleEndian.getInt(from, at + 20);
    expect(key, number, "frame header CRC32C " + hex(crc), found == crc, hex(found));
    Frame frame =
        new Frame(
            LittleEndian.getInt(from, at + 4),
            from[at + 8],
            from[at + 9] & 0xFF,
            LittleEndian.getInt(from, at + 12),
            LittleEndian.getInt(from, at + 16));
    expect(key, number, "frame " + number, frame.number == number, "frame " + frame.number);
    int flags = frame.isEnd() ? FINAL : 0;
    expect(
        key, number, "flags " + flags, from[at + 10] == flags && from[at + 11] == 0, from[at + 10]);
    checkLengths(key, frame);
    return frame;
  }

  private static void checkLengths(ObjectKey key, Frame frame) {
    int max = frame.isEnd() ? MAX_FRAMES * TABLE_ENTRY : MAX_RAW;
    int number = frame.number;
    expect(
        key,
        number,
        "at most " + max + " bytes",
        frame.rawLength >= 0 && frame.rawLength <= max,
        frame.rawLength);
    int content = frame.payloadLength - SEAL;
    boolean fits =
        switch (frame.codec) {
          case STORED -> content == frame.rawLength;
          case ZSTD -> content > 0 && content < frame.rawLength && !frame.isEnd();
          default -> false;
        };
    expect(
        key,
        number,
        "a payload that fits codec and raw length " + frame.rawLength,
        fits,
        "codec " + frame.codec + " with " + content + " bytes");
  }

  /** Appends the table entry of a frame. */
  public static void putTableEntry(byte[] into, int at, long offset, Frame frame) {
    LittleEndian.putLong(into, at, offset);
    LittleEndian.putInt(into, at + 8, frame.rawLength);
    LittleEndian.putInt(into, at + 12, frame.payloadLength);
    into[at + 16] = (byte) frame.codec;
    into[at + 17] = (byte) frame.purpose;
    into[at + 18] = 0;
    into[at + 19] = 0;
  }

  /** Writes the trailer behind an end frame that lies at {@code at}. */
  public static void putTrailer(byte[] into, int at, int endFrameLength) {
    int trailer = at + endFrameLength;
    LittleEndian.putInt(into, trailer, endFrameLength);
    LittleEndian.putInt(into, trailer + 4, crc(into, at, endFrameLength + 4));
    System.arraycopy(END_MAGIC, 0, into, trailer + 8, 8);
  }

  /** Reads the length of the end frame from a trailer; only its magic is checked. */
  public static int endFrameLength(byte[] trailer, int at, ObjectKey key) {
    expect(
        key,
        "end magic TSAFDLOH",
        Arrays.equals(trailer, at + 8, at + 16, END_MAGIC, 0, 8),
        "other bytes; the object is cut short or overwritten");
    int length = LittleEndian.getInt(trailer, at);
    expect(
        key,
        "an end frame of possible length",
        length >= FRAME_HEADER + SEAL && length <= FRAME_HEADER + SEAL + MAX_FRAMES * TABLE_ENTRY,
        length);
    return length;
  }

  /** Checks the trailer that follows an end frame lying at {@code at}. */
  public static void checkTrailer(byte[] from, int at, int endFrameLength, ObjectKey key) {
    int length = endFrameLength(from, at + endFrameLength, key);
    expect(key, "an end frame of " + endFrameLength + " bytes", length == endFrameLength, length);
    int crc = crc(from, at, endFrameLength + 4);
    int found = LittleEndian.getInt(from, at + endFrameLength + 4);
    expect(key, "trailer CRC32C " + hex(crc), found == crc, hex(found));
  }

  private static void expect(ObjectKey key, String expected, boolean holds, Object found) {
    if (!holds) {
      throw RepositoryDamagedException.of(key, expected, found);
    }
  }

  private static void expect(
      ObjectKey key, int number, String expected, boolean holds, Object found) {
    if (!holds) {
      throw RepositoryDamagedException.of(key, number, expected, found);
    }
  }

  private static int crc(byte[] bytes, int at, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, at, length);
    return (int) crc.getValue();
  }

  private static String hex(int value) {
    return String.format("%08x", value);
  }
}
