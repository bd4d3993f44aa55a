package io.holdfast.operations.dump;

import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.SqlToken;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Roles that must be there for entries of a dump to be restored. */
final class NeededRoles {
  private NeededRoles() {}

  /**
   * @param entries with the texts of {@link DumpPremises#isRead}
   * @param owners whether things are given to their owners
   * @param privileges whether grants are made
   */
  static Set<String> of(List<DumpEntry> entries, boolean owners, boolean privileges) {
    Set<String> needed = new TreeSet<>();
    for (DumpEntry entry : entries) {
      if (owners && !entry.owner().isEmpty()) {
        needed.add(entry.owner());
      }
      if (isGrant(entry) ? privileges : entry.kind().equals("POLICY")) {
        addRoles(entry, needed);
      }
    }
    return needed;
  }

  private static boolean isGrant(DumpEntry entry) {
    return entry.kind().equals("ACL") || entry.kind().equals("DEFAULT ACL");
  }

  /** Names behind TO, FROM and FOR ROLE, in lists. */
  private static void addRoles(DumpEntry entry, Set<String> into) {
    List<SqlToken> words = SqlToken.of(entry.definition());
    for (int i = 0; i < words.size() - 1; i++) {
      boolean list =
          words.get(i).is("TO")
              || words.get(i).is("FROM")
              || (words.get(i).is("ROLE") && i > 0 && words.get(i - 1).is("FOR"));
      int at = i + 1;
      while (list && at < words.size() && words.get(at).isName()) {
        SqlToken name = words.get(at);
        if (!name.is("PUBLIC") && !name.is("CURRENT_USER") && !name.is("SESSION_USER")) {
          into.add(name.name());
        }
        list = at + 1 < words.size() && words.get(at + 1).isSymbol(',');
        at += 2;
      }
    }
  }
}
