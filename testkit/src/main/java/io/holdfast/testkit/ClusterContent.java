package io.holdfast.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a cluster holds, and whether it is sound. */
public final class ClusterContent {
  private static final String TABLES =
      "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c"
          + " JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE c.relkind IN ('r', 'm') AND c.relpersistence = 'p'"
          + " AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_t'"
          + " ORDER BY 1";
  private static final String INDEXES =
      "SELECT i.indexrelid::regclass::text, i.indexrelid FROM pg_index i"
          + " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam"
          + " WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relpersistence = 'p'"
          + " AND i.indisready AND i.indisvalid";
  private static final String HEAPS =
      "SELECT c.oid::regclass::text, c.oid FROM pg_class c JOIN pg_am a ON a.oid = c.relam"
          + " WHERE a.amname = 'heap' AND c.relkind IN ('r', 'm', 't') AND c.relpersistence = 'p'";

  private static final String INVISIBLE =
      "SELECT format('row %%s is not visible to all', t) FROM pg_check_visible(%1$s) t"
          + " UNION ALL SELECT format('row %%s is not frozen', t) FROM pg_check_frozen(%1$s) t";

  private ClusterContent() {}

  /** Rows of a table and a sum over them that does not depend on their order. */
  public record Fingerprint(long rows, String sum) {}

  /** Every permanent table of every database ({@code database/schema.table}), as of one moment. */
  public static Map<String, Fingerprint> fingerprints(TestCluster cluster) {
    Map<String, Fingerprint> found = new TreeMap<>();
    for (String database : cluster.databases()) {
      try (Connection connection = cluster.connect(database);
          Statement statement = connection.createStatement()) {
        statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
        statement.execute("SET LOCAL timezone = 'UTC'");
        for (String table : column(statement, TABLES)) {
          found.put(database + "/" + table, fingerprint(statement, table));
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
    return found;
  }

  private static Fingerprint fingerprint(Statement statement, String table) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM ONLY "
                + table
                + " t")) {
      row.next();
      return new Fingerprint(row.getLong(1), row.getString(2));
    }
  }

  /** So that {@link #damage} can run on a standby or a read-only copy later. */
  public static void installChecks(TestCluster cluster) {
    for (String database : cluster.databases()) {
      cluster.sqlIn(
          database,
          "CREATE EXTENSION IF NOT EXISTS amcheck",
          "CREATE EXTENSION IF NOT EXISTS pg_visibility");
    }
  }

  /**
   * What amcheck finds in all databases: every B-tree against its heap, every heap; and every row
   * that its visibility map calls visible to all or frozen and that is not. Empty is sound.
   */
  public static List<String> damage(TestCluster cluster) {
    if (cluster.query("SELECT pg_is_in_recovery()").equals("f")) {
      installChecks(cluster);
    }
    List<String> damage = new ArrayList<>();
    for (String database : cluster.databases()) {
      try (Connection connection = cluster.connect(database);
          Statement statement = connection.createStatement()) {
        check(statement, INDEXES, "SELECT bt_index_check(%s, true)::text", database, damage);
        check(statement, HEAPS, "SELECT msg FROM verify_heapam(%s)", database, damage);
        check(statement, HEAPS, INVISIBLE, database, damage);
      } catch (SQLException e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
    return damage;
  }

  private static void check(
      Statement statement, String relations, String check, String database, List<String> damage)
      throws SQLException {
    Map<String, String> oids = new TreeMap<>();
    try (ResultSet rows = statement.executeQuery(relations)) {
      while (rows.next()) {
        oids.put(rows.getString(1), rows.getString(2));
      }
    }
    if (oids.isEmpty()) {
      throw new IllegalStateException("nothing to check in " + database);
    }
    for (Map.Entry<String, String> relation : oids.entrySet()) {
      try {
        for (String said : column(statement, String.format(check, relation.getValue()))) {
          if (!said.isEmpty()) {
            damage.add(database + "/" + relation.getKey() + ": " + said);
          }
        }
      } catch (SQLException e) {
        damage.add(database + "/" + relation.getKey() + ": " + e.getMessage());
      }
    }
  }

  private static List<String> column(Statement statement, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }
}
