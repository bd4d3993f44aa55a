package io.holdfast.postgres.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code .pgpass}: lines {@code host:port:dbname:user:password}, where {@code *} fits anything and
 * {@code \} escapes {@code :} and {@code \}. As libpq does, the first line that fits wins, and a
 * file that others may read is not used at all.
 */
record PasswordFile(Path path) {
  /** A line that fits, for one of the database names in turn. */
  Optional<String> find(String host, int port, List<String> databases, String user) {
    if (!Files.isRegularFile(path) || openToOthers()) {
      return Optional.empty();
    }
    List<List<String>> entries = entries();
    for (String database : databases) {
      List<String> wanted = List.of(host, Integer.toString(port), database, user);
      for (List<String> entry : entries) {
        if (fits(entry, wanted)) {
          return Optional.of(entry.get(4));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether it is there and may be read by others, which is why it is not used. */
  boolean openToOthers() {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
      return permissions.stream().anyMatch(permission -> !permission.name().startsWith("OWNER_"));
    } catch (IOException e) {
      return false;
    }
  }

  private List<List<String>> entries() {
    try {
      return Files.readAllLines(path).stream()
          .filter(line -> !line.startsWith("#"))
          .map(PasswordFile::fields)
          .filter(fields -> fields.size() == 5)
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static boolean fits(List<String> entry, List<String> wanted) {
    for (int i = 0; i < wanted.size(); i++) {
      if (!entry.get(i).equals("*") && !entry.get(i).equals(wanted.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Four fields end at a colon; the password is the rest of the line. */
  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == ':' && fields.size() < 4) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        if (c == '\\' && i + 1 < line.length()) {
          c = line.charAt(++i);
        }
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }
}
