package io.holdfast.operations.dump;

import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpTarget;
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

  /** Kinds that pg_restore gives to their owners by ALTER … OWNER TO. */
  private static final Set<String> OWNED =
      Set.of(
          "AGGREGATE",
          "COLLATION",
          "CONVERSION",
          "DOMAIN",
          "EVENT TRIGGER",
          "FOREIGN DATA WRAPPER",
          "FOREIGN TABLE",
          "FUNCTION",
          "MATERIALIZED VIEW",
          "OPERATOR",
          "PROCEDURE",
          "PUBLICATION",
          "SCHEMA",
          "SEQUENCE",
          "SERVER",
          "STATISTICS",
          "TABLE",
          "TEXT SEARCH CONFIGURATION",
          "TEXT SEARCH DICTIONARY",
          "TYPE",
          "VIEW",
          "BLOB",
          "BLOB METADATA",
          "DATABASE");

  /** The schema public of a new database has it as owner already. */
  private static final String OF_THE_DATABASE = "pg_database_owner";

  private static final int SETTABLE_SINCE = 16;

  /**
   * Owners to whom the role that is connected may not give anything, for it is no member of them.
   * Those that are not there are left out.
   */
  static List<String> strangers(DumpTarget database, List<DumpEntry> entries) {
    DumpTarget.Facts facts = database.facts();
    if (facts.superuser()) {
      return List.of();
    }
    Set<String> owners = new TreeSet<>();
    entries.stream()
        .filter(entry -> OWNED.contains(entry.kind()) && !entry.owner().isEmpty())
        .filter(entry -> !entry.owner().equals(OF_THE_DATABASE))
        .forEach(entry -> owners.add(entry.owner()));
    owners.retainAll(database.roles());
    String right = facts.major() < SETTABLE_SINCE ? "'MEMBER'" : "'SET'";
    owners.removeIf(owner ->
        database
            .rows(
                "look at role " + owner,
                "SELECT pg_has_role(CAST(? AS name), " + right + ")",
                owner)
            .getFirst()
            .getFirst()
            .equals("t"));
    return List.copyOf(owners);
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
