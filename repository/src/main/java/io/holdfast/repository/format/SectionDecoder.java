package io.holdfast.repository.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Extent;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.StoredFile;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one section; see {@link SectionFormat}. Trusts nothing: what does not follow the format is
 * a {@link MalformedException}.
 */
public final class SectionDecoder {
  private List<PackRef> packs = List.of();
  private List<String> names = List.of();
  private List<ChunkRef> chunks = List.of();
  private String lastPath = "";
  private int files;

  private SectionDecoder() {}

  /** Receives entries; a file of many extents comes in parts. */
  @FunctionalInterface
  public interface Consumer {
    void accept(StoredFile part, boolean first, boolean last);
  }

  /** Hands over every entry and returns their number. */
  public static int decode(byte[] bytes, int length, Consumer consumer) {
    SectionDecoder decoder = new SectionDecoder();
    ByteSource source = new ByteSource(bytes, 0, length);
    int version = source.getByte();
    if (version != SectionFormat.VERSION) {
      throw new MalformedException("section format " + SectionFormat.VERSION, version);
    }
    while (source.hasMore()) {
      decoder.field(source.getVarint(), source.getPart(), consumer);
    }
    return decoder.files;
  }

  private void field(long tag, ByteSource source, Consumer consumer) {
    if (tag == SectionFormat.PACKS) {
      packs = packs(source);
    } else if (tag == SectionFormat.NAMES) {
      names = names(source);
    } else if (tag == SectionFormat.CHUNKS) {
      chunks = chunks(source);
    } else if (tag == SectionFormat.ENTRIES) {
      int count = source.getCount();
      for (int i = 0; i < count; i++) {
        entry(source.getPart(), consumer);
      }
      files += count;
    }
  }

  private static List<PackRef> packs(ByteSource source) {
    List<PackRef> packs = new ArrayList<>();
    for (int count = source.getCount(); count > 0; count--) {
      BackupId backup = backupId(source.getText(UTF_8));
      packs.add(new PackRef(backup, source.getInt(Integer.MAX_VALUE), source.getUuid()));
    }
    return packs;
  }

  private static BackupId backupId(String text) {
    try {
      return new BackupId(text);
    } catch (HoldfastException e) {
      throw new MalformedException("a backup id", "'" + text + "'");
    }
  }

  private static List<String> names(ByteSource source) {
    List<String> names = new ArrayList<>();
    for (int count = source.getInt(SectionFormat.MAX_NAMES); count > 0; count--) {
      names.add(source.getText(UTF_8));
    }
    return names;
  }

  private List<ChunkRef> chunks(ByteSource source) {
    List<ChunkRef> read = new ArrayList<>();
    int lastPack = -1;
    long nextNumber = 0;
    long nextOffset = 0;
    for (int count = source.getCount(); count > 0; count--) {
      int pack = index(source, packs.size());
      boolean follows = pack == lastPack;
      long number = source.getSigned() + (follows ? nextNumber : 0);
      long offset = source.getSigned() + (follows ? nextOffset : 0);
      int stored = source.getInt(Integer.MAX_VALUE);
      int raw = source.getInt(ContainerFormat.MAX_RAW);
      if (number < 0 || number >= ContainerFormat.MAX_FRAMES || offset < 0) {
        throw new MalformedException("a place in a pack", "chunk " + number + " at " + offset);
      }
      read.add(new ChunkRef(packs.get(pack), (int) number, offset, stored, raw, source.getLong()));
      lastPack = pack;
      nextNumber = number + 1;
      nextOffset = offset + stored;
    }
    return read;
  }

  private void entry(ByteSource source, Consumer consumer) {
    int code = source.getByte();
    StoredFile.Kind kind =
        StoredFile.Kind.of(code)
            .orElseThrow(() -> new MalformedException("a known kind of entry", code));
    int flags = source.getByte();
    int shared = source.getInt(lastPath.length());
    String path =
        lastPath.substring(0, shared) + source.getText(ISO_8859_1, SectionFormat.MAX_PATH - shared);
    lastPath = path;
    int mode = source.getInt(07777);
    String owner = names.get(index(source, names.size()));
    String group = names.get(index(source, names.size()));
    long seconds = source.getSigned();
    int nanos = source.getInt(999_999_999);
    long length = source.getVarint();
    String target = source.getText(ISO_8859_1, SectionFormat.MAX_PATH);
    List<Extent> extents = extents(source);
    StoredFile part =
        new StoredFile(
            path,
            kind,
            mode,
            owner,
            group,
            instant(seconds, nanos),
            length,
            target,
            extents,
            attributes(source));
    consumer.accept(
        part,
        (flags & SectionFormat.GOES_ON_FROM_BEFORE) == 0,
        (flags & SectionFormat.GOES_ON) == 0);
  }

  private static Instant instant(long seconds, int nanos) {
    if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
      throw new MalformedException("a moment", seconds);
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }

  private List<Extent> extents(ByteSource source) {
    int count = source.getInt(SectionFormat.MAX_EXTENTS);
    List<Extent> extents = new ArrayList<>(Math.min(count, 64));
    for (int i = 0; i < count; i++) {
      extents.add(extent(source));
    }
    return extents;
  }

  private Extent extent(ByteSource source) {
    int form = source.getInt(SectionFormat.HOLE);
    if (form == SectionFormat.HOLE) {
      return new Extent.Hole(positive(source.getVarint()));
    }
    ChunkRef chunk = chunks.get(index(source, chunks.size()));
    if (form == SectionFormat.WHOLE) {
      return new Extent.Slice(positive(chunk.rawLength()), chunk, 0);
    }
    int offset = source.getInt(chunk.rawLength());
    return new Extent.Slice(positive(source.getInt(chunk.rawLength() - offset)), chunk, offset);
  }

  private static long positive(long length) {
    if (length <= 0) {
      throw new MalformedException("an extent of some length", length);
    }
    return length;
  }

  private static Map<String, String> attributes(ByteSource source) {
    Map<String, String> attributes = new HashMap<>();
    for (int count = source.getCount(); count > 0; count--) {
      attributes.put(source.getText(UTF_8), source.getText(UTF_8));
    }
    return attributes;
  }

  private static int index(ByteSource source, int size) {
    int index = source.getInt(Integer.MAX_VALUE);
    if (index >= size) {
      throw new MalformedException("an index below " + size, index);
    }
    return index;
  }
}
