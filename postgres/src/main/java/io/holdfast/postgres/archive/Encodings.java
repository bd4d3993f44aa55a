package io.holdfast.postgres.archive;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Texts of an archive are in the encoding that its entry ENCODING names. */
final class Encodings {
  /** Those whose name in Java cannot be guessed (pg_enc2name_tbl, encnames.c). */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("SQL_ASCII", "UTF-8"),
          Map.entry("UTF8", "UTF-8"),
          Map.entry("LATIN1", "ISO-8859-1"),
          Map.entry("LATIN2", "ISO-8859-2"),
          Map.entry("LATIN3", "ISO-8859-3"),
          Map.entry("LATIN4", "ISO-8859-4"),
          Map.entry("LATIN5", "ISO-8859-9"),
          Map.entry("LATIN7", "ISO-8859-13"),
          Map.entry("LATIN9", "ISO-8859-15"),
          Map.entry("ISO_8859_5", "ISO-8859-5"),
          Map.entry("ISO_8859_6", "ISO-8859-6"),
          Map.entry("ISO_8859_7", "ISO-8859-7"),
          Map.entry("ISO_8859_8", "ISO-8859-8"),
          Map.entry("KOI8R", "KOI8-R"),
          Map.entry("KOI8U", "KOI8-U"),
          Map.entry("EUC_JP", "EUC-JP"),
          Map.entry("EUC_CN", "GB2312"),
          Map.entry("EUC_KR", "EUC-KR"),
          Map.entry("UHC", "x-windows-949"),
          Map.entry("SJIS", "Shift_JIS"),
          Map.entry("BIG5", "Big5"),
          Map.entry("WIN866", "IBM866"),
          Map.entry("WIN874", "x-windows-874"));

  private Encodings() {}

  /**
   * Of {@code SET client_encoding = 'LATIN1';}. What is not known is taken for UTF-8, whose rules
   * other texts rarely keep: then they are shown byte by byte.
   */
  static Charset ofStatement(String statement) {
    String[] parts = statement.split("'", -1);
    String name = parts.length < 3 ? "" : parts[1].toUpperCase(Locale.ROOT);
    String java =
        NAMES.getOrDefault(name, name.startsWith("WIN") ? "windows-" + name.substring(3) : "");
    try {
      return Charset.isSupported(java) ? Charset.forName(java) : StandardCharsets.UTF_8;
    } catch (IllegalArgumentException e) {
      return StandardCharsets.UTF_8;
    }
  }

  static String decode(byte[] bytes, Charset charset) {
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }
}
