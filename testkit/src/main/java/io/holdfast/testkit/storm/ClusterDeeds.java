package io.holdfast.testkit.storm;

import java.sql.SQLException;
import java.util.List;

/** What concerns databases, tablespaces, catalogs and transactions in two phases. */
final class ClusterDeeds {
  private ClusterDeeds() {}

  static List<Deed> all() {
    return List.of(
        Deed.any("database by WAL", s -> createDatabase(s, "WAL_LOG")),
        Deed.any("database by copy", s -> createDatabase(s, "FILE_COPY")),
        Deed.any("database dropped", ClusterDeeds::dropDatabase),
        Deed.any("database copied from one with content", ClusterDeeds::copyDatabase),
        Deed.between("database moves", ClusterDeeds::moveDatabase),
        Deed.between("tablespaces", ClusterDeeds::tablespaces),
        Deed.any("prepared and committed", s -> twoPhase(s, "COMMIT PREPARED")),
        Deed.any("prepared and rolled back", s -> twoPhase(s, "ROLLBACK PREPARED")),
        Deed.alone(
            "catalogs rewritten",
            s ->
                s.sql(
                    "VACUUM FULL "
                        + s.oneOf(List.of("pg_class", "pg_attribute", "pg_index", "pg_database")),
                    "REINDEX TABLE " + s.oneOf(List.of("pg_class", "pg_type", "pg_depend")))));
  }

  private static void createDatabase(StormSession s, String strategy) throws SQLException {
    String name = s.fresh("db");
    s.sql(
        "CREATE DATABASE "
            + name
            + " TEMPLATE template0"
            + (s.major() >= 15 ? " STRATEGY " + strategy : "")
            + " TABLESPACE "
            + s.oneOf(List.of("pg_default", "linked", "inplace")));
    s.databases.add(name);
    s.in(name, "CREATE TABLE few AS SELECT g, md5(g::text) FROM generate_series(1, 500) g");
    while (s.databases.size() > 2) {
      dropDatabase(s);
    }
  }

  private static void dropDatabase(StormSession s) throws SQLException {
    if (s.databases.isEmpty()) {
      createDatabase(s, "WAL_LOG");
    }
    s.sql("DROP DATABASE " + s.databases.removeFirst() + " WITH (FORCE)");
  }

  private static void copyDatabase(StormSession s) throws SQLException {
    if (s.databases.isEmpty()) {
      createDatabase(s, "FILE_COPY");
    }
    String name = s.fresh("db");
    s.sql(
        "CREATE DATABASE "
            + name
            + " TEMPLATE "
            + s.databases.getLast()
            + (s.major() >= 15 ? " STRATEGY " + s.oneOf(List.of("WAL_LOG", "FILE_COPY")) : ""));
    s.databases.add(name);
    s.in(name, "DELETE FROM few WHERE g % 2 = 0", "VACUUM few");
  }

  /** One that stays from storm to storm; it goes, is changed, and comes back to where it was. */
  static void createRoaming(StormSession s) throws SQLException {
    s.sql("CREATE DATABASE roaming_" + s.worker() + " TABLESPACE linked");
    s.in("roaming_" + s.worker(), "CREATE TABLE few AS SELECT g FROM generate_series(1, 500) g");
  }

  private static void moveDatabase(StormSession s) throws SQLException {
    String name = "roaming_" + s.worker();
    s.sql("ALTER DATABASE " + name + " SET TABLESPACE inplace");
    s.in(name, "UPDATE few SET g = g + 1 WHERE g % 3 = 0");
    s.sql("ALTER DATABASE " + name + " SET TABLESPACE linked");
  }

  private static void tablespaces(StormSession s) throws SQLException {
    for (String old : List.copyOf(s.tablespaces)) {
      s.sql("DROP TABLE IF EXISTS in_" + old, "DROP TABLESPACE " + old);
      s.tablespaces.remove(old);
    }
    String name = s.fresh("ts");
    s.sql(
        "CREATE TABLESPACE " + name + " LOCATION '" + s.newPlace(name) + "'",
        "CREATE TABLE in_" + name + " TABLESPACE " + name + " AS SELECT * FROM t");
    s.tablespaces.add(name);
  }

  private static void twoPhase(StormSession s, String end) throws SQLException {
    String name = s.fresh("x");
    s.sql(
        "CREATE TABLE doomed_" + name + " AS SELECT g FROM generate_series(1, 400) g",
        "BEGIN",
        RowDeeds.insert(30),
        "CREATE TABLE new_" + name + " AS SELECT g FROM generate_series(1, 400) g",
        "SAVEPOINT a",
        "CREATE TABLE undone_" + name + " AS SELECT g FROM generate_series(1, 400) g",
        "ROLLBACK TO a",
        "DROP TABLE doomed_" + name,
        "TRUNCATE parted",
        "PREPARE TRANSACTION '" + name + "'",
        end + " '" + name + "'",
        "DROP TABLE IF EXISTS new_" + name + ", doomed_" + name);
  }

  /** Stays open over what comes next; locks nothing that others want. */
  static void leaveOpen(StormSession s) throws SQLException {
    String name = s.fresh("open");
    s.sql(
        "BEGIN",
        "INSERT INTO pending SELECT g, md5(g::text) FROM generate_series(1, 200) g",
        "CREATE TABLE made_" + name + " AS SELECT g FROM generate_series(1, 200) g",
        "PREPARE TRANSACTION '" + name + "'");
    s.prepared.add(name);
  }

  static void endOpen(StormSession s) throws SQLException {
    while (!s.prepared.isEmpty()) {
      String name = s.prepared.removeFirst();
      s.sql((s.random().nextBoolean() ? "COMMIT" : "ROLLBACK") + " PREPARED '" + name + "'");
      s.sql("DROP TABLE IF EXISTS made_" + name);
    }
  }
}
