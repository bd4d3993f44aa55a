package io.holdfast.operations.logical;

import io.holdfast.postgres.DumpBlock;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The file {@code blocks}: one JSON object a line for each block of an archive, in their order:
 * {@code id} (of the entry), {@code kind}, {@code schema}, {@code table}, {@code offset} and {@code
 * length} in the archive, {@code rows} where they were counted, {@code objects} where it holds
 * large objects. Unknown fields are ignored.
 */
public final class BlockList {
  private static final JsonMapper MAPPER = new JsonMapper();

  private BlockList() {}

  /** Leaves the stream open. */
  public static void write(List<DumpBlock> blocks, OutputStream to) throws IOException {
    for (DumpBlock block : blocks) {
      ObjectNode line =
          MAPPER
              .createObjectNode()
              .put("id", block.dumpId())
              .put("kind", block.kind())
              .put("schema", block.schema())
              .put("table", block.table())
              .put("offset", block.offset())
              .put("length", block.length());
      if (block.rows() != DumpBlock.UNKNOWN) {
        line.put("rows", block.rows());
      }
      if (block.objects() > 0) {
        line.put("objects", block.objects());
      }
      to.write(MAPPER.writeValueAsBytes(line));
      to.write('\n');
    }
  }

  /**
   * @throws HoldfastException (repository) if it is no such file
   */
  public static List<DumpBlock> read(InputStream from) throws IOException {
    List<DumpBlock> blocks = new ArrayList<>();
    BufferedReader lines = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      blocks.add(block(line));
    }
    return blocks;
  }

  private static DumpBlock block(String line) {
    try {
      JsonNode json = MAPPER.readTree(line);
      return new DumpBlock(
          json.required("id").asInt(),
          json.required("kind").asString(),
          json.required("schema").asString(),
          json.required("table").asString(),
          json.required("offset").asLong(),
          json.required("length").asLong(),
          json.path("rows").asLong(DumpBlock.UNKNOWN),
          json.path("objects").asLong(0));
    } catch (JacksonException e) {
      throw new HoldfastException(
          ExitStatus.REPOSITORY_FAILED,
          "could not read the list of an archive's blocks: expected JSON with a block, found '"
              + line.substring(0, Math.min(line.length(), 200))
              + "'",
          "Restore another backup; `holdfast verify` tells which ones are whole.",
          e);
    }
  }
}
