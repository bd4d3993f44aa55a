package io.holdfast.postgres;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Paths as the file system knows them: bytes, carried in strings of one char per byte (ISO-8859-1).
 * A Path keeps its bytes only while nobody turns it into text: in a C locale, or with a name that
 * is not UTF-8, {@code toString} and {@code resolve(String)} lose them. Its URI form does not, in
 * either direction, whatever the locale.
 */
public final class RawPath {
  private RawPath() {}

  /** The bytes of the path as given, relative or absolute. */
  public static String text(Path path) {
    String decoded = path.toString();
    if (isAscii(decoded)) {
      return decoded;
    }
    String absolute = bytes(path.toAbsolutePath());
    if (path.isAbsolute()) {
      return absolute;
    }
    String base = bytes(Path.of("").toAbsolutePath());
    return absolute.substring(base.equals("/") ? 1 : base.length() + 1);
  }

  /** The last component's bytes; "" for a root. */
  public static String name(Path path) {
    Path last = path.getFileName();
    if (last == null) {
      return "";
    }
    String decoded = last.toString();
    if (isAscii(decoded)) {
      return decoded;
    }
    String all = bytes(path.toAbsolutePath());
    return all.substring(all.lastIndexOf('/') + 1);
  }

  /**
   * The inverse of {@link #text}, below {@code root}; an absolute {@code raw} stands for itself.
   *
   * @throws IllegalArgumentException if a char is no byte, or zero
   */
  public static Path resolve(Path root, String raw) {
    if (isAscii(raw)) {
      return root.resolve(raw);
    }
    Path absolute = Path.of(URI.create("file:///" + escape(raw)));
    return raw.startsWith("/")
        ? absolute
        : root.resolve(absolute.subpath(0, absolute.getNameCount()));
  }

  private static String bytes(Path absolute) {
    String escaped = absolute.toUri().getRawPath();
    byte[] bytes = new byte[escaped.length()];
    int length = 0;
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c == '%') {
        bytes[length++] = (byte) HexFormat.fromHexDigits(escaped, i + 1, i + 3);
        i += 2;
      } else {
        bytes[length++] = (byte) c;
      }
    }
    if (length > 1 && bytes[length - 1] == '/') {
      length--; // the URI of a directory ends in one
    }
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  private static String escape(String raw) {
    HexFormat hex = HexFormat.of().withUpperCase();
    StringBuilder escaped = new StringBuilder(raw.length() * 2);
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == 0 || c > 0xFF) {
        throw new IllegalArgumentException("not a path of bytes: '" + raw + "'");
      }
      boolean plain = c == '/' || (c < 0x80 && Character.isLetterOrDigit(c));
      if (plain) {
        escaped.append(c);
      } else {
        escaped.append('%').append(hex.toHexDigits((byte) c));
      }
    }
    return escaped.toString();
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
