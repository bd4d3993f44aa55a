package io.holdfast.postgres.dump;

import io.holdfast.postgres.SqlToken;
import io.holdfast.postgres.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;

/** Cuts SQL into words by the rules of scan.l, as far as dumps make use of them. */
public final class SqlLexer {
  private final String sql;
  private final List<SqlToken> tokens = new ArrayList<>();
  private int at;

  public SqlLexer(String sql) {
    this.sql = sql;
  }

  public List<SqlToken> all() {
    while (at < sql.length()) {
      step();
    }
    return tokens;
  }

  private void step() {
    char c = sql.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
    } else if (sql.startsWith("--", at)) {
      at = endOfLine(at);
    } else if (sql.startsWith("/*", at)) {
      at = endOfComment(at);
    } else if (c == '\'') {
      add(Kind.STRING, endOfQuotes(at, '\'', false));
    } else if ((c == 'E' || c == 'e') && sql.startsWith("'", at + 1)) {
      add(Kind.STRING, endOfQuotes(at + 1, '\'', true));
    } else if (c == '"') {
      add(Kind.QUOTED, endOfQuotes(at, '"', false));
    } else if (c == '$' && !delimiter(at).isEmpty()) {
      add(Kind.STRING, endOfDollars(at));
    } else if (isWord(c)) {
      add(Kind.WORD, endOfWord(at));
    } else {
      add(Kind.SYMBOL, at + 1);
    }
  }

  private void add(Kind kind, int end) {
    tokens.add(new SqlToken(kind, sql.substring(at, end), at, end));
    at = end;
  }

  private int endOfLine(int from) {
    int end = sql.indexOf('\n', from);
    return end < 0 ? sql.length() : end;
  }

  /** They nest. */
  private int endOfComment(int from) {
    int depth = 0;
    int end = from;
    do {
      if (sql.startsWith("/*", end)) {
        depth++;
        end += 2;
      } else if (sql.startsWith("*/", end)) {
        depth--;
        end += 2;
      } else {
        end++;
      }
    } while (depth > 0 && end < sql.length());
    return Math.min(end, sql.length());
  }

  private int endOfQuotes(int from, char quote, boolean backslashes) {
    int end = from + 1;
    while (end < sql.length()) {
      char c = sql.charAt(end);
      if (backslashes && c == '\\') {
        end += 2;
      } else if (c != quote) {
        end++;
      } else if (end + 1 < sql.length() && sql.charAt(end + 1) == quote) {
        end += 2;
      } else {
        return end + 1;
      }
    }
    return sql.length();
  }

  /** {@code $body$}; "" if none begins here. */
  private String delimiter(int from) {
    int end = from + 1;
    while (end < sql.length() && isWord(sql.charAt(end)) && sql.charAt(end) != '$') {
      end++;
    }
    boolean is =
        end < sql.length()
            && sql.charAt(end) == '$'
            && (end == from + 1 || !Character.isDigit(sql.charAt(from + 1)));
    return is ? sql.substring(from, end + 1) : "";
  }

  private int endOfDollars(int from) {
    String delimiter = delimiter(from);
    int end = sql.indexOf(delimiter, from + delimiter.length());
    return end < 0 ? sql.length() : end + delimiter.length();
  }

  private int endOfWord(int from) {
    int end = from;
    while (end < sql.length() && isWord(sql.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c >= 0x80;
  }
}
