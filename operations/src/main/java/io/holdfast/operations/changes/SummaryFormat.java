package io.holdfast.operations.changes;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/**
 * The content of a change summary, object {@code changes/<system identifier>/<timeline, 8
 * hex>/<segment>}. Big-endian.
 *
 * <pre>
 *  0  1  version: 1
 *  1  8  LSN of the first record that begins in the segment; 0 if none does
 *  9  8  LSN of the record before it
 * 17  8  LSN of the last record that begins in the segment; 0 if none does
 * 25  .  text: why nothing can be concluded; empty as a rule (u16 length, UTF-8)
 *     4  count of directories that are new or gone, each: u32 tablespace, u32 database
 *     4  count of forks, ascending, each:
 *          u32 tablespace, u32 database, u32 relation, u8 fork (0 main, 3 init)
 *          i64 limit in blocks; 2^32 if the fork was never cut
 *          .   set of changed blocks in the portable format of RoaringBitmap
 * </pre>
 *
 * A later version with which this one would be misread gets another first byte; a summary that is
 * not understood is derived anew.
 */
final class SummaryFormat {
  private static final int VERSION = 1;
  private static final Comparator<ForkKey> ORDER =
      Comparator.comparing(ForkKey::tablespace, Integer::compareUnsigned)
          .thenComparing(ForkKey::database, Integer::compareUnsigned)
          .thenComparing(ForkKey::relation, Integer::compareUnsigned)
          .thenComparingInt(ForkKey::fork);

  private SummaryFormat() {}

  static byte[] encode(SegmentSummary summary) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(summary.firstRecord());
      out.writeLong(summary.firstPrevious());
      out.writeLong(summary.lastRecord());
      ChangeMap changes = summary.changes();
      out.writeUTF(changes.unknown().orElse(""));
      out.writeInt(changes.resets().size());
      for (Directory each : sorted(changes)) {
        out.writeInt(each.tablespace());
        out.writeInt(each.database());
      }
      out.writeInt(changes.forks().size());
      for (Map.Entry<ForkKey, ForkChanges> each :
          changes.forks().entrySet().stream().sorted(Map.Entry.comparingByKey(ORDER)).toList()) {
        write(out, each.getKey(), each.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  private static List<Directory> sorted(ChangeMap changes) {
    return changes.resets().stream()
        .sorted(
            Comparator.comparing(Directory::tablespace, Integer::compareUnsigned)
                .thenComparing(Directory::database, Integer::compareUnsigned))
        .toList();
  }

  private static void write(DataOutputStream out, ForkKey key, ForkChanges changes)
      throws IOException {
    out.writeInt(key.tablespace());
    out.writeInt(key.database());
    out.writeInt(key.relation());
    out.writeByte(key.fork());
    out.writeLong(changes.limit());
    changes.compact();
    changes.blocks().serialize(out);
  }

  /** Empty if it is of a version that is not known, or makes no sense. */
  static Optional<SegmentSummary> decode(byte[] content) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
      if (in.readUnsignedByte() != VERSION) {
        return Optional.empty();
      }
      long first = in.readLong();
      long previous = in.readLong();
      long last = in.readLong();
      ChangeMap changes = new ChangeMap();
      String unknown = in.readUTF();
      if (!unknown.isEmpty()) {
        changes.unknown(unknown);
      }
      for (int left = in.readInt(); left > 0; left--) {
        changes.reset(new Directory(in.readInt(), in.readInt()));
      }
      for (int left = in.readInt(); left > 0; left--) {
        read(in, changes);
      }
      return in.read() < 0
          ? Optional.of(new SegmentSummary(changes, first, previous, last))
          : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // authenticated and yet not ours to read: derived anew
    }
  }

  private static void read(DataInputStream in, ChangeMap changes) throws IOException {
    ForkKey key = new ForkKey(in.readInt(), in.readInt(), in.readInt(), in.readUnsignedByte());
    long limit = in.readLong();
    RoaringBitmap blocks = new RoaringBitmap();
    blocks.deserialize(in);
    changes.forks().put(key, new ForkChanges(blocks, limit));
  }
}
