package io.holdfast.repository.format;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Lists of a manifest, cut into JSON objects that are small enough to be read one by one. */
final class TablePieces {
  private final int longest;
  private final List<byte[]> pieces = new ArrayList<>();
  private final ByteArrayOutputStream piece = new ByteArrayOutputStream();
  private String table = "";

  TablePieces(int longest) {
    this.longest = longest;
  }

  void add(String to, ObjectNode element) {
    byte[] text = JsonText.compact(element);
    if (!to.equals(table) || piece.size() + text.length + 3 > longest) {
      cut();
      put("{\"" + to + "\":[");
      table = to;
    } else {
      put(",");
    }
    piece.writeBytes(text);
  }

  private void put(String text) {
    piece.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void cut() {
    if (piece.size() > 0) {
      put("]}");
      pieces.add(piece.toByteArray());
      piece.reset();
    }
  }

  List<byte[]> finish() {
    cut();
    return pieces;
  }
}
