package io.holdfast.operations.dump;

import io.holdfast.postgres.SqlToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What pg_dumpall wrote of roles and tablespaces, statement by statement. */
final class GlobalsScript {
  private final List<Statement> statements;

  private GlobalsScript(List<Statement> statements) {
    this.statements = List.copyOf(statements);
  }

  /** A statement, by what it is about. */
  sealed interface Statement {
    String sql();

    /** Sets up the session. */
    record Setting(String sql) implements Statement {}

    record CreateRole(String sql, String role) implements Statement {}

    /** Attributes, password, settings, comment. */
    record AboutRole(String sql, String role) implements Statement {}

    record Membership(String sql, String role, String member) implements Statement {}

    record CreateTablespace(String sql, String tablespace) implements Statement {}

    /** Options, grants, comment. */
    record AboutTablespace(String sql, String tablespace) implements Statement {}
  }

  static GlobalsScript parse(String script) {
    // psql's own words, which stand at the beginning of lines.
    String sql =
        script
            .lines()
            .map(line -> line.startsWith("\\") ? "" : line)
            .collect(java.util.stream.Collectors.joining("\n"));
    List<Statement> found = new ArrayList<>();
    List<SqlToken> words = new ArrayList<>();
    for (SqlToken token : SqlToken.of(sql)) {
      if (!token.isSymbol(';')) {
        words.add(token);
      } else if (!words.isEmpty()) {
        String text = sql.substring(words.getFirst().start(), words.getLast().end());
        found.add(statement(text, List.copyOf(words)));
        words.clear();
      }
    }
    return new GlobalsScript(found);
  }

  private static Statement statement(String sql, List<SqlToken> words) {
    if (begins(words, "CREATE", "ROLE")) {
      return new Statement.CreateRole(sql, words.get(2).name());
    }
    if (begins(words, "ALTER", "ROLE")) {
      return new Statement.AboutRole(sql, words.get(2).name());
    }
    if (begins(words, "COMMENT", "ON", "ROLE")) {
      return new Statement.AboutRole(sql, words.get(3).name());
    }
    if (begins(words, "CREATE", "TABLESPACE")) {
      return new Statement.CreateTablespace(sql, words.get(2).name());
    }
    if (begins(words, "ALTER", "TABLESPACE")) {
      return new Statement.AboutTablespace(sql, words.get(2).name());
    }
    if (begins(words, "COMMENT", "ON", "TABLESPACE")) {
      return new Statement.AboutTablespace(sql, words.get(3).name());
    }
    boolean grants = begins(words, "GRANT") || begins(words, "REVOKE");
    int tablespace = indexOf(words, "TABLESPACE");
    if (grants && tablespace > 0) {
      return new Statement.AboutTablespace(sql, words.get(tablespace + 1).name());
    }
    if (grants && words.size() > 3 && words.get(2).is("TO")) {
      return new Statement.Membership(sql, words.get(1).name(), words.get(3).name());
    }
    return new Statement.Setting(sql);
  }

  private static boolean begins(List<SqlToken> words, String... keywords) {
    if (words.size() <= keywords.length) {
      return false;
    }
    for (int i = 0; i < keywords.length; i++) {
      if (!words.get(i).is(keywords[i])) {
        return false;
      }
    }
    return true;
  }

  private static int indexOf(List<SqlToken> words, String keyword) {
    for (int i = 0; i < words.size() - 1; i++) {
      if (words.get(i).is(keyword)) {
        return i;
      }
    }
    return -1;
  }

  List<Statement> statements() {
    return statements;
  }

  Set<String> roles() {
    Set<String> roles = new TreeSet<>();
    for (Statement statement : statements) {
      if (statement instanceof Statement.CreateRole create) {
        roles.add(create.role());
      }
    }
    return roles;
  }

  Set<String> tablespaces() {
    Set<String> tablespaces = new TreeSet<>();
    for (Statement statement : statements) {
      if (statement instanceof Statement.CreateTablespace create) {
        tablespaces.add(create.tablespace());
      }
    }
    return tablespaces;
  }
}
