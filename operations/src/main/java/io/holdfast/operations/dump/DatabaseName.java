package io.holdfast.operations.dump;

import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.SqlToken;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Statements of a dump that name its database, for one of another name. */
final class DatabaseName {
  private static final int LONGEST = 63;
  private static final String INCOMPLETE = "_incomplete";

  private DatabaseName() {}

  /** What a database is called until it is whole. */
  static String incomplete(String name) {
    String kept = name;
    while ((kept + INCOMPLETE).getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      kept = kept.substring(0, kept.length() - 1);
    }
    return kept + INCOMPLETE;
  }

  /** {@code CREATE DATABASE} as the dump has it: with its encoding, locale and provider. */
  static String creation(DumpEntry database, String name, boolean tablespace) {
    String sql = database.definition();
    List<SqlToken> words = SqlToken.of(sql);
    StringBuilder changed = new StringBuilder("CREATE DATABASE ").append(SqlToken.quoted(name));
    int at = words.get(2).end();
    for (int i = 3; i < words.size() - 2; i++) {
      if (!tablespace && words.get(i).is("TABLESPACE") && words.get(i + 1).isSymbol('=')) {
        changed.append(sql, at, words.get(i).start());
        at = words.get(i + 2).end();
      }
    }
    return changed.append(sql.substring(at)).toString();
  }

  /** The name after each {@code DATABASE} that means the old one. */
  static String renamed(String sql, String from, String to) {
    StringBuilder changed = new StringBuilder();
    List<SqlToken> words = SqlToken.of(sql);
    int at = 0;
    for (int i = 0; i < words.size() - 1; i++) {
      SqlToken name = words.get(i + 1);
      if (words.get(i).is("DATABASE") && name.isName() && name.name().equals(from)) {
        changed.append(sql, at, name.start()).append(SqlToken.quoted(to));
        at = name.end();
      }
    }
    return changed.append(sql.substring(at)).toString();
  }

  /** Each statement, and the role whose settings in the database it sets; "" for others. */
  static List<RoleStatement> statements(String sql) {
    List<RoleStatement> found = new ArrayList<>();
    List<SqlToken> words = new ArrayList<>();
    for (SqlToken token : SqlToken.of(sql)) {
      if (!token.isSymbol(';')) {
        words.add(token);
      } else if (words.size() > 2) {
        boolean ofRole = words.get(0).is("ALTER") && words.get(1).is("ROLE");
        found.add(
            new RoleStatement(
                sql.substring(words.getFirst().start(), words.getLast().end()),
                ofRole ? words.get(2).name() : ""));
        words.clear();
      }
    }
    return found;
  }

  /** A statement and whose it is. */
  record RoleStatement(String sql, String role) {}

  /** Whether an entry is about the database itself, which pg_restore leaves out. */
  static boolean isAbout(DumpEntry entry) {
    return entry.kind().equals("DATABASE PROPERTIES")
        || (entry.tag().startsWith("DATABASE ")
            && (entry.kind().equals("ACL")
                || entry.kind().equals("COMMENT")
                || entry.kind().equals("SECURITY LABEL")));
  }
}
