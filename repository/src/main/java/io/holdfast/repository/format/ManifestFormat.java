package io.holdfast.repository.format;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Manifest.PackUse;
import io.holdfast.repository.Manifest.Section;
import io.holdfast.repository.Manifest.Totals;
import io.holdfast.repository.PackRef;
import io.holdfast.storage.ObjectKey;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Manifest format 1.0: a JSON object, held by the text frames of a container of kind manifest.
 *
 * <pre>
 * format     "1.0"; another first number is refused, another second one adds what can be ignored
 * requires   names of what a reader must know to read this backup rightly; an unknown one refuses
 * id, cluster, kind, started, finished, writtenBy; parent where there is one
 * totals     files, directories, links, bytes, bytesRead, bytesInherited,
 *            bytesInPacks: sizes of the packs written for it
 * packs      [backup, number, id (UUID), size, live (stored bytes that this backup uses)]
 * sections   [first, last (paths), files, pack (index in packs), number, offset, stored, raw,
 *            fingerprint (16 hex digits)]
 * details    whatever the kind of backup keeps here
 * </pre>
 *
 * Unknown fields are ignored. Elements of packs and sections are objects with the named fields.
 */
public final class ManifestFormat {
  private static final String VERSION = "1.0";

  private ManifestFormat() {}

  /**
   * @param bytesInPacks what totals say without the manifest itself, whose size is not known yet
   */
  public static byte[] encode(Manifest manifest, long bytesInPacks) {
    ObjectNode json = JsonText.newObject();
    json.put("format", VERSION);
    json.putArray("requires");
    json.put("id", manifest.id().text());
    json.put("cluster", manifest.cluster());
    json.put("kind", manifest.kind());
    manifest.parent().ifPresent(parent -> json.put("parent", parent.text()));
    json.put("started", manifest.started().toString());
    json.put("finished", manifest.finished().toString());
    json.put("writtenBy", manifest.writtenBy());
    putTotals(json.putObject("totals"), manifest.totals(), bytesInPacks);
    Map<PackRef, Integer> index = new HashMap<>();
    ArrayNode packs = json.putArray("packs");
    for (PackUse use : manifest.packs()) {
      index.put(use.pack(), packs.size());
      putPack(packs.addObject(), use);
    }
    ArrayNode sections = json.putArray("sections");
    for (Section section : manifest.sections()) {
      Integer pack = index.get(section.chunk().pack());
      if (pack == null) {
        throw new IllegalArgumentException("a section lies in a pack that is not listed");
      }
      putSection(sections.addObject(), section, pack);
    }
    json.set("details", manifest.details());
    return JsonText.compact(json);
  }

  private static void putTotals(ObjectNode json, Totals totals, long bytesInPacks) {
    json.put("files", totals.files());
    json.put("directories", totals.directories());
    json.put("links", totals.links());
    json.put("bytes", totals.bytes());
    json.put("bytesRead", totals.bytesRead());
    json.put("bytesInherited", totals.bytesInherited());
    json.put("bytesInPacks", bytesInPacks);
  }

  private static void putPack(ObjectNode json, PackUse use) {
    json.put("backup", use.pack().backup().text());
    json.put("number", use.pack().number());
    json.put("id", use.pack().id().toString());
    json.put("size", use.size());
    json.put("live", use.liveBytes());
  }

  private static void putSection(ObjectNode json, Section section, int pack) {
    ChunkRef chunk = section.chunk();
    json.put("first", section.firstPath());
    json.put("last", section.lastPath());
    json.put("files", section.files());
    json.put("pack", pack);
    json.put("number", chunk.number());
    json.put("offset", chunk.offset());
    json.put("stored", chunk.storedLength());
    json.put("raw", chunk.rawLength());
    json.put("fingerprint", HexFormat.of().toHexDigits(chunk.fingerprint()));
  }

  /**
   * @param size of the manifest's object, which counts as stored too
   */
  public static Manifest decode(byte[] text, long size, ObjectKey key) {
    try {
      JsonText json = JsonText.parse(text);
      requireKnown(json, key);
      return decode(json, size);
    } catch (MalformedException e) {
      throw e.in(key);
    }
  }

  private static void requireKnown(JsonText json, ObjectKey key) {
    String format = json.string("format");
    if (!format.startsWith("1.")) {
      throw newer(key, "manifest format 1", "format " + format);
    }
    for (String feature : json.strings("requires")) {
      throw newer(key, "a backup without special needs", "one that requires '" + feature + "'");
    }
  }

  private static HoldfastException newer(ObjectKey key, String expected, String found) {
    return new HoldfastException(
        ExitStatus.REFUSED,
        "could not read " + key + ": expected " + expected + ", found " + found,
        "A newer Holdfast wrote it. Use that version.");
  }

  private static Manifest decode(JsonText json, long size) {
    List<PackUse> packs = new ArrayList<>();
    for (JsonText pack : json.objects("packs")) {
      packs.add(
          new PackUse(
              new PackRef(id(pack.string("backup")), pack.integer("number"), pack.uuid("id")),
              pack.number("size"),
              pack.number("live")));
    }
    List<Section> sections = new ArrayList<>();
    for (JsonText section : json.objects("sections")) {
      sections.add(section(section, packs));
    }
    return new Manifest(
        id(json.string("id")),
        json.string("cluster"),
        json.string("kind"),
        json.optionalString("parent").map(ManifestFormat::id),
        json.instant("started"),
        json.instant("finished"),
        json.string("writtenBy"),
        totals(JsonText.of(json.node("totals"), "totals."), size),
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

  private static Section section(JsonText json, List<PackUse> packs) {
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

  private static BackupId id(String text) {
    try {
      return new BackupId(text);
    } catch (HoldfastException e) {
      throw new MalformedException("a backup id", text);
    }
  }
}
