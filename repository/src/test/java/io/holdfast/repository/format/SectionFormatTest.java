package io.holdfast.repository.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Extent;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.StoredFile;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class SectionFormatTest {
  private static final PackRef PACK =
      new PackRef(
          new BackupId("20261122T081700Z-k3f9"),
          7,
          UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"));
  private static final PackRef OLDER =
      new PackRef(new BackupId("20251122T081700Z-aaaa"), 1, new UUID(3, 4));

  private static List<StoredFile> sample() {
    ChunkRef one = new ChunkRef(PACK, 0, 52, 1000, 8192, 0x1122334455667788L);
    ChunkRef next = new ChunkRef(PACK, 1, 1052, 2000, 1 << 20, -1);
    ChunkRef inherited = new ChunkRef(OLDER, 4000, 1L << 33, 77, 100, 5);
    return List.of(
        file("base", StoredFile.Kind.DIRECTORY, "", List.of()),
        file(
            "base/1",
            StoredFile.Kind.FILE,
            "",
            List.of(
                new Extent.Slice(8192, one, 0),
                new Extent.Hole(1L << 40),
                new Extent.Slice(7, inherited, 93),
                new Extent.Slice(1 << 20, next, 0))),
        file("base/1\u00ff", StoredFile.Kind.LINK, "/tmp/\u00e9", List.of()),
        file("pg_wal", StoredFile.Kind.DIRECTORY, "", List.of()));
  }

  private static StoredFile file(
      String path, StoredFile.Kind kind, String target, List<Extent> extents) {
    return new StoredFile(
        path,
        kind,
        0640,
        "postgr\u00e9s",
        "staff",
        Instant.parse("1969-12-31T23:59:59.123456789Z"),
        extents.stream().mapToLong(Extent::length).sum(),
        target,
        extents,
        Map.of("k", "v", "\u2603", ""));
  }

  private static byte[] encode(List<StoredFile> files) {
    SectionEncoder encoder = new SectionEncoder();
    files.forEach(file -> encoder.add(file, file.extents(), true, true));
    return encoder.finish();
  }

  private static List<StoredFile> decode(byte[] section) {
    List<StoredFile> files = new ArrayList<>();
    SectionDecoder.decode(section, section.length, (file, first, last) -> files.add(file));
    return files;
  }

  @Test
  void entriesComeBackAsTheyWere() {
    assertThat(decode(encode(sample()))).isEqualTo(sample());
  }

  @Test
  void theSameFilesGiveTheSameBytes() {
    SectionEncoder used = new SectionEncoder();
    sample().forEach(file -> used.add(file, file.extents(), true, true));
    byte[] first = used.finish();
    sample().forEach(file -> used.add(file, file.extents(), true, true));
    assertThat(used.finish()).isEqualTo(first).isEqualTo(encode(sample()));
  }

  @Test
  void whatLaterVersionsAddIsSkipped() {
    byte[] section = encode(sample());
    byte[] longer = Arrays.copyOf(section, section.length + 5);
    longer[section.length] = 99;
    longer[section.length + 1] = 3;
    assertThat(decode(longer)).isEqualTo(sample());
  }

  @Test
  void aLaterVersionIsRefused() {
    byte[] section = encode(sample());
    section[0] = 2;
    assertThatThrownBy(() -> decode(section)).hasMessageContaining("section format 1");
  }

  /** Checksums keep damage away from the decoder, but not a person who forges. */
  @Test
  void forgedBytesGiveEntriesOrAMalformedSection() {
    byte[] section = encode(sample());
    Random random = new Random(1);
    for (int round = 0; round < 20_000; round++) {
      byte[] forged = Arrays.copyOf(section, 1 + random.nextInt(section.length));
      if (round % 2 == 0) {
        forged = section.clone();
      }
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        forged[random.nextInt(forged.length)] = (byte) random.nextInt(256);
      }
      try {
        decode(forged);
      } catch (MalformedException e) {
        assertThat(e).hasMessageContaining("expected");
      }
    }
  }

  /** Few bytes that would become many objects: refused before they do. */
  @Test
  void aSectionThatUnfoldsWithoutEndIsRefused() {
    ByteSink names = new ByteSink();
    names.putVarint(1_000_000);
    names.putBytes(new byte[1_000_000], 0, 1_000_000);
    assertThatThrownBy(() -> decode(section(SectionFormat.NAMES, names)))
        .isInstanceOf(MalformedException.class);
    ByteSink extents = entry("a");
    extents.putVarint(1_000_000);
    for (int i = 0; i < 1_000_000; i++) {
      extents.putVarint(SectionFormat.HOLE);
      extents.putVarint(1);
    }
    assertThatThrownBy(() -> decode(withEntry(extents)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("8192");
    assertThatThrownBy(() -> decode(withEntry(entry("a".repeat(5000)))))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("4096");
  }

  /** An entry up to its extents. */
  private static ByteSink entry(String path) {
    ByteSink entry = new ByteSink();
    entry.putByte(0);
    entry.putByte(0);
    entry.putVarint(0);
    entry.putText(path, StandardCharsets.ISO_8859_1);
    entry.putVarint(0600);
    entry.putVarint(0);
    entry.putVarint(0);
    entry.putSigned(0);
    entry.putVarint(0);
    entry.putVarint(0);
    entry.putText("", StandardCharsets.ISO_8859_1);
    return entry;
  }

  private static byte[] section(int tag, ByteSink field) {
    ByteSink section = new ByteSink();
    section.putByte(SectionFormat.VERSION);
    field(section, tag, field);
    return section.toByteArray();
  }

  private static void field(ByteSink section, int tag, ByteSink field) {
    section.putVarint(tag);
    section.putVarint(field.size());
    section.putBytes(field);
  }

  private static byte[] withEntry(ByteSink entry) {
    ByteSink names = new ByteSink();
    names.putVarint(1);
    names.putText("postgres", StandardCharsets.UTF_8);
    ByteSink entries = new ByteSink();
    entries.putVarint(1);
    entries.putVarint(entry.size());
    entries.putBytes(entry);
    ByteSink section = new ByteSink();
    section.putByte(SectionFormat.VERSION);
    field(section, SectionFormat.NAMES, names);
    field(section, SectionFormat.ENTRIES, entries);
    return section.toByteArray();
  }

  @Test
  void anEntryThatWouldNotFitIsRefused() {
    StoredFile huge =
        new StoredFile(
            "a".repeat(300_000),
            StoredFile.Kind.FILE,
            0600,
            "",
            "",
            Instant.EPOCH,
            0,
            "",
            List.of(),
            Map.of());
    assertThatThrownBy(() -> encode(List.of(huge))).isInstanceOf(IllegalArgumentException.class);
  }
}
