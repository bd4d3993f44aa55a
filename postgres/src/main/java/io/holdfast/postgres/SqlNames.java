package io.holdfast.postgres;

import java.util.List;
import java.util.Set;

/**
 * Puts things of a dump into another schema, in the SQL of the dump. There every name is written
 * with its schema, also in the texts that are turned into names ({@code 'public.users_id_seq'}).
 *
 * @param names of what moves
 * @param schema where to
 */
public record SqlNames(Set<Name> names, String schema) {
  /** A relation, an index, a constraint's index or the like, as it is called now. */
  public record Name(String schema, String name) {}

  public SqlNames {
    names = Set.copyOf(names);
  }

  /** The statement with the new names. */
  public String moved(String sql) {
    List<SqlToken> words = SqlToken.of(sql);
    StringBuilder changed = new StringBuilder();
    int at = 0;
    for (int i = 0; i < words.size(); i++) {
      SqlToken word = words.get(i);
      if (isMoved(words, i)) {
        changed.append(sql, at, word.start()).append(SqlToken.quoted(schema));
        at = word.end();
      } else if (word.kind() == SqlToken.Kind.STRING && word.text().startsWith("'")) {
        String content = word.text().substring(1, word.text().length() - 1).replace("''", "'");
        List<SqlToken> inner = SqlToken.of(content);
        if (inner.size() == 3 && isMoved(inner, 0)) {
          changed
              .append(sql, at, word.start())
              .append(
                  SqlToken.literal(
                      SqlToken.quoted(schema) + content.substring(inner.getFirst().end())));
          at = word.end();
        }
      }
    }
    return changed.append(sql.substring(at)).toString();
  }

  /** A schema, a dot and a name that moves; not the middle of a longer name. */
  private boolean isMoved(List<SqlToken> words, int i) {
    return i + 2 < words.size()
        && words.get(i).isName()
        && words.get(i + 1).isSymbol('.')
        && words.get(i + 2).isName()
        && (i == 0 || !words.get(i - 1).isSymbol('.'))
        && names.contains(new Name(words.get(i).name(), words.get(i + 2).name()));
  }
}
