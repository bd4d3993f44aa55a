package io.holdfast.repository.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Extent;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.StoredFile;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes one section after the other; see {@link SectionFormat}. */
public final class SectionEncoder {
  private final Map<PackRef, Integer> packs = new HashMap<>();
  private final Map<String, Integer> names = new HashMap<>();
  private final Map<ChunkRef, Integer> chunks = new HashMap<>();
  private final ByteSink packTable = new ByteSink();
  private final ByteSink nameTable = new ByteSink();
  private final ByteSink chunkTable = new ByteSink();
  private final ByteSink entries = new ByteSink();
  private final ByteSink entry = new ByteSink();
  private @Nullable ChunkRef lastChunk;
  private String firstPath = "";
  private String lastPath = "";
  private int files;

  /** Adds an entry with some of the file's extents. */
  public void add(StoredFile file, List<Extent> extents, boolean first, boolean last) {
    entry.clear();
    putMetadata(file, first, last);
    entry.putVarint(extents.size());
    extents.forEach(this::putExtent);
    Map<String, String> attributes = new TreeMap<>(file.attributes());
    entry.putVarint(attributes.size());
    attributes.forEach((key, value) -> {
      entry.putText(key, UTF_8);
      entry.putText(value, UTF_8);
    });
    if (entry.size() > SectionFormat.MAX_ENTRY) {
      throw new IllegalArgumentException(
          "an entry of " + entry.size() + " bytes does not fit: " + file.path());
    }
    entries.putVarint(entry.size());
    entries.putBytes(entry);
    if (files == 0) {
      firstPath = file.path();
    }
    lastPath = file.path();
    files++;
  }

  private void putMetadata(StoredFile file, boolean first, boolean last) {
    entry.putByte(file.kind().code());
    entry.putByte(
        (last ? 0 : SectionFormat.GOES_ON) | (first ? 0 : SectionFormat.GOES_ON_FROM_BEFORE));
    int shared = sharedPrefix(lastPath, file.path());
    entry.putVarint(shared);
    entry.putText(file.path().substring(shared), ISO_8859_1);
    entry.putVarint(file.mode());
    entry.putVarint(name(file.owner()));
    entry.putVarint(name(file.group()));
    Instant modified = file.modified();
    entry.putSigned(modified.getEpochSecond());
    entry.putVarint(modified.getNano());
    entry.putVarint(file.length());
    entry.putText(file.target(), ISO_8859_1);
  }

  private void putExtent(Extent extent) {
    switch (extent) {
      case Extent.Hole hole -> {
        entry.putVarint(SectionFormat.HOLE);
        entry.putVarint(hole.length());
      }
      case Extent.Slice slice
          when slice.offset() == 0 && slice.length() == slice.chunk().rawLength() -> {
        entry.putVarint(SectionFormat.WHOLE);
        entry.putVarint(chunk(slice.chunk()));
      }
      case Extent.Slice slice -> {
        entry.putVarint(SectionFormat.SLICE);
        entry.putVarint(chunk(slice.chunk()));
        entry.putVarint(slice.offset());
        entry.putVarint(slice.length());
      }
    }
  }

  private int chunk(ChunkRef chunk) {
    Integer known = chunks.get(chunk);
    if (known != null) {
      return known;
    }
    ChunkRef before = lastChunk;
    boolean follows = before != null && before.pack().equals(chunk.pack());
    chunkTable.putVarint(pack(chunk.pack()));
    chunkTable.putSigned(
        follows && before != null ? chunk.number() - (before.number() + 1L) : chunk.number());
    chunkTable.putSigned(
        follows && before != null
            ? chunk.offset() - (before.offset() + before.storedLength())
            : chunk.offset());
    chunkTable.putVarint(chunk.storedLength());
    chunkTable.putVarint(chunk.rawLength());
    chunkTable.putLong(chunk.fingerprint());
    lastChunk = chunk;
    chunks.put(chunk, chunks.size());
    return chunks.size() - 1;
  }

  private int pack(PackRef pack) {
    Integer known = packs.get(pack);
    if (known != null) {
      return known;
    }
    packTable.putText(pack.backup().text(), UTF_8);
    packTable.putVarint(pack.number());
    packTable.putBytes(LittleEndian.bytes(pack.id()), 0, 16);
    packs.put(pack, packs.size());
    return packs.size() - 1;
  }

  private int name(String name) {
    Integer known = names.get(name);
    if (known != null) {
      return known;
    }
    nameTable.putText(name, UTF_8);
    names.put(name, names.size());
    return names.size() - 1;
  }

  private static int sharedPrefix(String one, String other) {
    int max = Math.min(one.length(), other.length());
    int shared = 0;
    while (shared < max && one.charAt(shared) == other.charAt(shared)) {
      shared++;
    }
    return shared;
  }

  public int files() {
    return files;
  }

  /** Bytes so far, nearly. */
  public int size() {
    return packTable.size() + nameTable.size() + chunkTable.size() + entries.size();
  }

  public String firstPath() {
    return firstPath;
  }

  public String lastPath() {
    return lastPath;
  }

  /** The section; the next one starts empty. */
  public byte[] finish() {
    ByteSink section = new ByteSink();
    section.putByte(SectionFormat.VERSION);
    putTable(section, SectionFormat.PACKS, packs.size(), packTable);
    putTable(section, SectionFormat.NAMES, names.size(), nameTable);
    putTable(section, SectionFormat.CHUNKS, chunks.size(), chunkTable);
    putTable(section, SectionFormat.ENTRIES, files, entries);
    packs.clear();
    names.clear();
    chunks.clear();
    lastChunk = null;
    lastPath = "";
    files = 0;
    return section.toByteArray();
  }

  private void putTable(ByteSink section, int tag, int count, ByteSink table) {
    entry.clear();
    entry.putVarint(count);
    section.putVarint(tag);
    section.putVarint(entry.size() + table.size());
    section.putBytes(entry);
    section.putBytes(table);
    table.clear();
  }
}
