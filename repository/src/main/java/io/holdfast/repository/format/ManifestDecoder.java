package io.holdfast.repository.format;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Manifest.PackUse;
import io.holdfast.repository.Manifest.Section;
import io.holdfast.repository.Manifest.Totals;
import io.holdfast.repository.NewerFormatException;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.format.ContainerFormat.Purpose;
import io.holdfast.storage.ObjectKey;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a manifest frame by frame; see {@link ManifestFormat}. The tables of a large backup are
 * never held as text.
 */
public final class ManifestDecoder {
  private final ObjectKey key;
  private final ByteArrayOutputStream headText = new ByteArrayOutputStream();
  private final List<PackUse> packs = new ArrayList<>();
  private final List<Section> sections = new ArrayList<>();
  private @Nullable JsonText head;

  public ManifestDecoder(ObjectKey key) {
    this.key = key;
  }

  /**
   * Takes the next frame.
   *
   * @throws NewerFormatException if the backup needs a reader that knows more
   * @throws io.holdfast.repository.RepositoryDamagedException if it is not what the format says
   */
  public void frame(int number, int purpose, byte[] text) {
    try {
      if (purpose == Purpose.HEAD.code() && head == null) {
        addToHead(text);
      } else if (number == 0 || purpose == Purpose.HEAD.code()) {
        throw new MalformedException("the head, and only at the beginning", "purpose " + purpose);
      } else if (purpose == Purpose.TEXT.code()) {
        requireHead();
        table(JsonText.parse(text));
      } else {
        requireHead();
      }
    } catch (MalformedException e) {
      throw e.in(key, number);
    }
  }

  private void addToHead(byte[] text) {
    if (headText.size() + text.length > ManifestFormat.MAX_HEAD) {
      throw new MalformedException("a head of at most 16 MiB", "a longer one");
    }
    headText.writeBytes(text);
  }

  private JsonText requireHead() {
    JsonText known = head;
    if (known == null) {
      known = JsonText.parse(headText.toByteArray());
      requireKnown(known);
      head = known;
    }
    return known;
  }

  private void requireKnown(JsonText json) {
    String format = json.string("format");
    if (!format.startsWith(ManifestFormat.VERSION_1)) {
      throw new NewerFormatException(key, "manifest format 1", "format " + format);
    }
    for (String feature : json.strings("requires")) {
      throw new NewerFormatException(
          key, "a backup without special needs", "one that requires '" + feature + "'");
    }
  }

  private void table(JsonText json) {
    if (json.has("packs")) {
      json.objects("packs").forEach(pack -> packs.add(pack(pack)));
    }
    if (json.has("sections")) {
      json.objects("sections").forEach(section -> sections.add(section(section)));
    }
  }

  private static PackUse pack(JsonText json) {
    return new PackUse(
        new PackRef(id(json.string("backup")), json.integer("number"), json.uuid("id")),
        json.number("size"),
        json.number("live"));
  }

  private Section section(JsonText json) {
    int pack = json.integer("pack");
    int raw = json.integer("raw");
    if (pack >= packs.size() || raw > ContainerFormat.MAX_RAW) {
      throw new MalformedException(
          "a section of a listed pack", "pack " + pack + " and " + raw + " bytes");
    }
    ChunkRef chunk =
        new ChunkRef(
            packs.get(pack).pack(),
            json.integer("number"),
            json.number("offset"),
            json.integer("stored"),
            raw,
            fingerprint(json.string("fingerprint")));
    return new Section(chunk, json.string("first"), json.string("last"), json.number("files"));
  }

  private static long fingerprint(String text) {
    try {
      return HexFormat.fromHexDigitsToLong(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedException("a fingerprint of 16 hex digits", text);
    }
  }

  /**
   * The manifest, after the last frame.
   *
   * @param size of its object, which counts as stored too
   */
  public Manifest manifest(long size) {
    try {
      return manifest(requireHead(), size);
    } catch (MalformedException e) {
      throw e.in(key);
    }
  }

  private Manifest manifest(JsonText json, long size) {
    JsonText totals = JsonText.of(json.node("totals"), "totals.");
    if (totals.integer("packs") != packs.size() || totals.integer("sections") != sections.size()) {
      throw new MalformedException(
          totals.integer("packs") + " packs and " + totals.integer("sections") + " sections",
          packs.size() + " and " + sections.size());
    }
    return new Manifest(
        id(json.string("id")),
        json.string("cluster"),
        json.string("kind"),
        json.optionalString("parent").map(ManifestDecoder::id),
        json.instant("started"),
        json.instant("finished"),
        json.string("writtenBy"),
        totals(totals, size),
        packs,
        sections,
        json.node("details"));
  }

  private static Totals totals(JsonText json, long size) {
    return new Totals(
        json.number("files"),
        json.number("directories"),
        json.number("links"),
        json.number("bytes"),
        json.number("bytesRead"),
        json.number("bytesInPacks") + size,
        json.number("bytesInherited"));
  }

  private static BackupId id(String text) {
    try {
      return new BackupId(text);
    } catch (HoldfastException e) {
      throw new MalformedException("a backup id", text);
    }
  }
}
