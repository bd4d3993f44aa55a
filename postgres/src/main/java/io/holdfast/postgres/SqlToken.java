package io.holdfast.postgres;

import io.holdfast.postgres.dump.SqlLexer;
import java.util.List;
import java.util.Locale;

/**
 * A word of SQL as pg_dump and pg_dumpall write it ({@code standard_conforming_strings} is on
 * there). Blanks and comments are none.
 *
 * @param start of its first character in the text
 * @param end behind its last one
 */
public record SqlToken(Kind kind, String text, int start, int end) {
  /** What it is. */
  public enum Kind {
    /** A keyword, a name without quotes or a number. */
    WORD,
    /** A name in quotes. */
    QUOTED,
    /** A string, in any of its forms. */
    STRING,
    SYMBOL
  }

  public static List<SqlToken> of(String sql) {
    return new SqlLexer(sql).all();
  }

  /** Whether it is this keyword; keywords are no names in quotes. */
  public boolean is(String keyword) {
    return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
  }

  public boolean isSymbol(char symbol) {
    return kind == Kind.SYMBOL && text.charAt(0) == symbol;
  }

  public boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED;
  }

  /** The name that it stands for. */
  public String name() {
    return kind == Kind.QUOTED
        ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
        : text.toLowerCase(Locale.ROOT);
  }

  /** A name as it can stand in SQL. */
  public static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A text as it can stand in SQL. */
  public static String literal(String text) {
    return (text.indexOf('\\') < 0 ? "'" : " E'")
        + text.replace("\\", "\\\\").replace("'", "''")
        + "'";
  }
}
