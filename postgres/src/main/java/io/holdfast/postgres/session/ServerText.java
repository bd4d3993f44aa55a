package io.holdfast.postgres.session;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Text whose encoding the server does not know: names in catalogs that all databases share, paths,
 * the files of a backup. The server keeps the bytes that somebody gave it, and neither converts nor
 * checks them; the driver refuses what is not UTF-8. So it is asked for as bytes.
 */
public final class ServerText {
  private ServerText() {}

  /**
   * SQL for the bytes of a text. {@code convert_to} would not do: it checks. Backslashes are the
   * only bytes that {@code decode} does not take as they are.
   */
  public static String bytes(String expression) {
    return "decode(replace((" + expression + ")::text, E'\\\\', E'\\\\\\\\'), 'escape')";
  }

  /** A column made by {@link #bytes}, one char a byte; null for null. */
  public static @Nullable String raw(ResultSet row, int column) throws SQLException {
    byte[] bytes = row.getBytes(column);
    return bytes == null ? null : new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** A column made by {@link #bytes}, for people: UTF-8, or if it is not that, one char a byte. */
  public static String read(ResultSet row, int column) throws SQLException {
    byte[] bytes = row.getBytes(column);
    if (bytes == null) {
      return "";
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }
}
