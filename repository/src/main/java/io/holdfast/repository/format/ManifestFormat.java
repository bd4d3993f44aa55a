package io.holdfast.repository.format;

import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Manifest.PackUse;
import io.holdfast.repository.Manifest.Section;
import io.holdfast.repository.Manifest.Totals;
import io.holdfast.repository.PackRef;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * Manifest format 1.0: JSON in the frames of a container of kind manifest.
 *
 * <p>Frames 0 … of purpose head, put together, are one JSON object: what there is to know without
 * the tables, so that a listing of backups reads one range of each.
 *
 * <pre>
 * format     "1.0"; another first number is refused, another second one adds what can be ignored
 * requires   names of what a reader must know to read this backup rightly; an unknown one refuses
 * id, cluster, kind, started, finished, writtenBy; parent where there is one
 * totals     files, directories, links, bytes, bytesRead, bytesInherited,
 *            bytesInPacks: sizes of the packs written for it,
 *            packs, sections: how many the tables list
 * details    whatever the kind of backup keeps here
 * </pre>
 *
 * <p>The frames of purpose text behind them each are a JSON object of its own with one or both of
 * the tables, or a piece of them; the pieces follow each other, packs before sections.
 *
 * <pre>
 * packs      [backup, number, id (UUID), size, live (stored bytes that this backup uses)]
 * sections   [first, last (paths), files, pack (index in packs), number, offset, stored, raw,
 *            fingerprint (16 hex digits)]
 * </pre>
 *
 * <p>Unknown fields, and frames of another purpose behind the head, are ignored. Elements of packs
 * and sections are objects with the named fields. No frame is longer than 1 MiB, no head than 16.
 */
public final class ManifestFormat {
  static final String VERSION_1 = "1.";
  static final int MAX_HEAD = 16 << 20;

  private static final String VERSION = "1.0";

  private ManifestFormat() {}

  /** A manifest as bytes: the head, and the tables in pieces of less than {@code MAX_TABLE}. */
  public record Encoded(byte[] head, List<byte[]> tables) {}

  /** The longest piece of a table. */
  public static final int MAX_TABLE = 1 << 20;

  /**
   * @param bytesInPacks what totals say without the manifest itself, whose size is not known yet
   */
  public static Encoded encode(Manifest manifest, long bytesInPacks) {
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
    putTotals(json.putObject("totals"), manifest, bytesInPacks);
    json.set("details", manifest.details());
    byte[] head = JsonText.compact(json);
    if (head.length > MAX_HEAD) {
      throw new IllegalArgumentException("details of " + head.length + " bytes are too many");
    }
    return new Encoded(head, tables(manifest));
  }

  private static List<byte[]> tables(Manifest manifest) {
    TablePieces pieces = new TablePieces(MAX_TABLE);
    Map<PackRef, Integer> index = new HashMap<>();
    for (PackUse use : manifest.packs()) {
      index.put(use.pack(), index.size());
      pieces.add("packs", pack(use));
    }
    for (Section section : manifest.sections()) {
      Integer pack = index.get(section.chunk().pack());
      if (pack == null) {
        throw new IllegalArgumentException("a section lies in a pack that is not listed");
      }
      pieces.add("sections", section(section, pack));
    }
    return pieces.finish();
  }

  private static void putTotals(ObjectNode json, Manifest manifest, long bytesInPacks) {
    Totals totals = manifest.totals();
    json.put("files", totals.files());
    json.put("directories", totals.directories());
    json.put("links", totals.links());
    json.put("bytes", totals.bytes());
    json.put("bytesRead", totals.bytesRead());
    json.put("bytesInherited", totals.bytesInherited());
    json.put("bytesInPacks", bytesInPacks);
    json.put("packs", manifest.packs().size());
    json.put("sections", manifest.sections().size());
  }

  private static ObjectNode pack(PackUse use) {
    ObjectNode json = JsonText.newObject();
    json.put("backup", use.pack().backup().text());
    json.put("number", use.pack().number());
    json.put("id", use.pack().id().toString());
    json.put("size", use.size());
    json.put("live", use.liveBytes());
    return json;
  }

  private static ObjectNode section(Section section, int pack) {
    ChunkRef chunk = section.chunk();
    ObjectNode json = JsonText.newObject();
    json.put("first", section.firstPath());
    json.put("last", section.lastPath());
    json.put("files", section.files());
    json.put("pack", pack);
    json.put("number", chunk.number());
    json.put("offset", chunk.offset());
    json.put("stored", chunk.storedLength());
    json.put("raw", chunk.rawLength());
    json.put("fingerprint", HexFormat.of().toHexDigits(chunk.fingerprint()));
    return json;
  }
}
