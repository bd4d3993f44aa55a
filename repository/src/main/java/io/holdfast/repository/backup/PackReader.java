package io.holdfast.repository.backup;

import static io.holdfast.repository.format.ContainerFormat.FRAME_HEADER;
import static io.holdfast.repository.format.ContainerFormat.HEADER;
import static io.holdfast.repository.format.ContainerFormat.MAX_RAW;
import static io.holdfast.repository.format.ContainerFormat.SEAL;

import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.container.Buffers;
import io.holdfast.repository.container.FrameOpener;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.repository.format.ContainerFormat;
import io.holdfast.repository.format.ContainerFormat.Frame;
import io.holdfast.repository.format.ContainerFormat.Header;
import io.holdfast.repository.format.ContainerFormat.Kind;
import io.holdfast.repository.format.ContainerFormat.Purpose;
import io.holdfast.storage.Copies;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.Site;
import io.holdfast.storage.StorageException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads chunks by ranges. Used by one thread. */
final class PackReader implements ChunkReader {
  /** Neighbours are fetched together up to this size, also over a gap of the second. */
  private static final int RANGE = ReadAhead.SIZE;

  private static final int GAP = 64 << 10;

  private final Vault vault;
  private final ClusterLayout layout;
  private final Purpose purpose;
  private final Fingerprints fingerprints;
  private final FrameOpener opener;
  private final Map<String, PackReader> others = new HashMap<>();
  private byte[] own = {};
  private @Nullable PackRef current;

  PackReader(Vault vault, ClusterLayout layout, Purpose purpose, Fingerprints fingerprints) {
    this.vault = vault;
    this.layout = layout;
    this.purpose = purpose;
    this.fingerprints = fingerprints;
    this.opener = new FrameOpener(vault.keys());
  }

  @Override
  public void read(PackRef pack, List<ChunkRef> ascending, Consumer consumer) {
    List<PackRange> ranges = new ArrayList<>();
    RuntimeException impossible = cut(pack, ascending, ranges);
    try (ReadAhead ahead = new ReadAhead(ranges, (range, into) -> fetch(pack, range, into))) {
      ahead.start(ranges.size() > 1 || !pack.equals(current));
      for (int i = 0; i < ranges.size(); i++) {
        readTogether(pack, ranges.get(i), i, ahead, consumer);
      }
    }
    if (impossible != null) {
      throw impossible;
    }
  }

  /** Returns what is wrong with the chunk after the last range, once those before were read. */
  private @Nullable RuntimeException cut(
      PackRef pack, List<ChunkRef> ascending, List<PackRange> ranges) {
    int from = 0;
    while (from < ascending.size()) {
      try {
        int to = endOfRange(pack, ascending, from);
        ranges.add(range(pack, ascending.subList(from, to)));
        from = to;
      } catch (RepositoryDamagedException | IllegalArgumentException e) {
        return e;
      }
    }
    return null;
  }

  private void readTogether(
      PackRef pack, PackRange range, int number, ReadAhead ahead, Consumer consumer) {
    byte[] bytes;
    try {
      enter(pack);
      own = Buffers.atLeast(own, ahead.isFetched(number) ? 0 : range.length());
      bytes = ahead.take(number, own);
    } catch (RepositoryDamagedException e) {
      for (ChunkRef chunk : range.chunks()) {
        consumer.accept(chunk, elsewhere(chunk, e));
      }
      return;
    }
    for (ChunkRef chunk : range.chunks()) {
      consumer.accept(chunk, openAny(chunk, bytes, (int) (chunk.offset() - range.start())));
    }
  }

  private byte[] openAny(ChunkRef chunk, byte[] bytes, int at) {
    try {
      return open(chunk, bytes, at);
    } catch (RepositoryDamagedException e) {
      return elsewhere(chunk, e);
    }
  }

  @Override
  public byte[] read(ChunkRef chunk) {
    try {
      PackRange range = range(chunk.pack(), List.of(chunk));
      enter(chunk.pack());
      own = Buffers.atLeast(own, range.length());
      fetch(chunk.pack(), range, own);
      return open(chunk, own, 0);
    } catch (RepositoryDamagedException e) {
      return elsewhere(chunk, e);
    }
  }

  /** The same chunk as another site has it; the damage, if none has it whole. */
  private byte[] elsewhere(ChunkRef chunk, RepositoryDamagedException damage) {
    Copies copies = vault.storage().copies();
    for (Site site : copies.sites()) {
      PackReader other =
          others.computeIfAbsent(
              site.name(),
              name -> new PackReader(vault.on(site.storage()), layout, purpose, fingerprints));
      try {
        byte[] content = other.read(chunk);
        copies.warn(
            "read chunks of "
                + layout.pack(chunk.pack())
                + " from site "
                + site.name()
                + ", for: "
                + damage.getMessage());
        return content;
      } catch (RepositoryDamagedException | StorageException e) {
        damage.addSuppressed(e);
      }
    }
    throw damage;
  }

  private int endOfRange(PackRef pack, List<ChunkRef> chunks, int from) {
    ChunkRef first = chunks.get(from);
    long end = end(pack, first);
    int to = from + 1;
    for (; to < chunks.size(); to++) {
      ChunkRef next = chunks.get(to);
      if (next.offset() < chunks.get(to - 1).offset()) {
        throw new IllegalArgumentException("chunks must ascend by their offsets");
      }
      long nextEnd = end(pack, next);
      if (next.offset() - end > GAP || nextEnd - first.offset() > RANGE) {
        break;
      }
      end = Math.max(end, nextEnd);
    }
    return to;
  }

  /** Where a chunk ends, after checking that it is of the pack and of possible size. */
  private long end(PackRef pack, ChunkRef chunk) {
    if (!chunk.pack().equals(pack)) {
      throw new IllegalArgumentException("chunk " + chunk + " is not in pack " + pack);
    }
    boolean possible =
        chunk.offset() >= HEADER
            && chunk.offset() < Long.MAX_VALUE / 2
            && chunk.storedLength() >= FRAME_HEADER + SEAL
            && chunk.storedLength() <= FRAME_HEADER + MAX_RAW + SEAL;
    if (!possible) {
      throw RepositoryDamagedException.of(
          layout.pack(pack),
          chunk.number(),
          "a place within the pack",
          chunk.storedLength() + " bytes at " + chunk.offset());
    }
    return chunk.offset() + chunk.storedLength();
  }

  private PackRange range(PackRef pack, List<ChunkRef> together) {
    long start = together.getFirst().offset();
    long end = 0;
    for (ChunkRef chunk : together) {
      end = Math.max(end, end(pack, chunk));
    }
    return new PackRange(together, start, Math.toIntExact(end - start));
  }

  /** Checks once per pack that the object is the pack that is meant. */
  private void enter(PackRef pack) {
    if (pack.equals(current)) {
      return;
    }
    current = null;
    ObjectKey key = layout.pack(pack);
    own = Buffers.atLeast(own, HEADER);
    fetch(key, 0, HEADER, -1, own);
    Header header =
        ContainerFormat.header(
            own, key, Kind.PACK, vault.keys().repository(), vault.keys().encrypted());
    if (!header.container().equals(pack.id())) {
      throw RepositoryDamagedException.of(key, "pack " + pack.id(), "pack " + header.container());
    }
    opener.begin(header, key);
    current = pack;
  }

  private void fetch(PackRef pack, PackRange range, byte[] into) {
    fetch(layout.pack(pack), range.start(), range.length(), range.firstNumber(), into);
  }

  private void fetch(ObjectKey key, long offset, int length, int chunk, byte[] into) {
    try {
      vault.storage().read(key, offset, into, 0, length);
    } catch (ObjectMissingException e) {
      throw RepositoryDamagedException.missing(key, e);
    } catch (StorageException e) {
      requireReaches(key, offset + length, chunk);
      throw e;
    }
  }

  /** Tells an object that is cut short, which is damage, from a site in trouble. */
  private void requireReaches(ObjectKey key, long end, int chunk) {
    long size =
        vault
            .storage()
            .stat(key)
            .orElseThrow(() -> RepositoryDamagedException.missing(key, null))
            .size();
    if (size < end) {
      String found = size + " bytes: the object is cut short";
      throw chunk < 0
          ? RepositoryDamagedException.of(key, "at least " + end + " bytes", found)
          : RepositoryDamagedException.of(key, chunk, "at least " + end + " bytes", found);
    }
  }

  private byte[] open(ChunkRef chunk, byte[] bytes, int at) {
    ObjectKey key = layout.pack(chunk.pack());
    Frame frame = ContainerFormat.frame(bytes, at, key, chunk.number());
    if (frame.length() != chunk.storedLength()
        || frame.rawLength() != chunk.rawLength()
        || frame.purpose() != purpose.code()) {
      throw RepositoryDamagedException.of(
          key,
          chunk.number(),
          "purpose "
              + purpose.code()
              + " with "
              + chunk.rawLength()
              + " bytes in "
              + chunk.storedLength(),
          "purpose "
              + frame.purpose()
              + " with "
              + frame.rawLength()
              + " bytes in "
              + frame.length());
    }
    return opener.open(frame, bytes, at);
  }

  @Override
  public long fingerprint(byte[] bytes, int offset, int length) {
    return fingerprints.of(bytes, offset, length);
  }

  @Override
  public void close() {
    others.values().forEach(PackReader::close);
    opener.close();
  }
}
