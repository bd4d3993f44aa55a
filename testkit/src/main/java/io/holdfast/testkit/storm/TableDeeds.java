package io.holdfast.testkit.storm;

import java.sql.SQLException;
import java.util.List;

/** What changes whole relations and their files. */
final class TableDeeds {
  private static final List<String> INDEXES =
      List.of("t_pkey", "t_hash", "t_gin", "t_gist", "t_spgist", "t_brin", "t_bloom", "t_part");

  private TableDeeds() {}

  static List<Deed> all() {
    return List.of(
        Deed.any("create and drop", TableDeeds::createAndDrop),
        Deed.any("create, aborted", s -> createAborted(s)),
        Deed.any(
            "drop, aborted", s -> s.sql("BEGIN", "DROP TABLE fat", "DROP INDEX t_gin", "ROLLBACK")),
        Deed.any("vacuum full", s -> s.sql("VACUUM FULL " + s.oneOf(List.of("t", "fat", "cut")))),
        Deed.any(
            "cluster",
            s -> s.sql("CLUSTER t USING " + s.oneOf(List.of("t_pkey", "t_gist", "t_k")))),
        Deed.any("reindex", s -> s.sql("REINDEX INDEX " + s.oneOf(INDEXES), "REINDEX TABLE fat")),
        Deed.any(
            "reindex concurrently",
            // Two of them at once would wait for each other.
            s ->
                s.sql(
                    "REINDEX INDEX "
                        + (s.worker() == 0 ? "CONCURRENTLY " : "")
                        + s.oneOf(INDEXES))),
        Deed.any("truncate", TableDeeds::truncate),
        Deed.any("truncate, aborted", s -> s.sql("BEGIN", "TRUNCATE t, fat", "ROLLBACK")),
        Deed.any("logged and unlogged", TableDeeds::flip),
        Deed.any(
            "unlogged rows",
            s ->
                s.sql(
                    "INSERT INTO fleeting SELECT g, md5(random()::text) FROM generate_series(1, 300) g",
                    "UPDATE fleeting SET txt = 'x' WHERE i % 5 = 0")),
        Deed.any(
            "temporary tables",
            s ->
                s.sql(
                    "CREATE TEMP TABLE gone AS SELECT g FROM generate_series(1, 2000) g",
                    "CREATE INDEX ON gone (g)")),
        Deed.any("rewrite", TableDeeds::rewrite),
        Deed.any("indexes", TableDeeds::indexes),
        Deed.any("partitions", TableDeeds::partitions),
        Deed.any(
            "materialised view",
            s ->
                s.sql(
                    "REFRESH MATERIALIZED VIEW "
                        + (s.upTo(2) == 1 ? "CONCURRENTLY " : "")
                        + "seen")),
        Deed.any("table moves", s -> move(s, "TABLE", List.of("moved", "cut"))),
        Deed.any("index moves", s -> move(s, "INDEX", List.of("moved_pkey", "t_gin", "t_bloom"))),
        Deed.any(
            "a record over several pages",
            s ->
                s.sql(
                    "SELECT pg_logical_emit_message(true, 'storm', repeat('long', "
                        + s.upTo(600_000)
                        + "))")),
        Deed.any("checkpoint", s -> s.sql("CHECKPOINT")),
        Deed.any("WAL switch", s -> s.sql("SELECT pg_switch_wal()")));
  }

  private static void createAndDrop(StormSession s) throws SQLException {
    String kept = s.fresh("c");
    String gone = s.fresh("c");
    s.sql(
        "CREATE TABLE " + kept + " AS SELECT * FROM t WHERE id % 3 = 0",
        "ALTER TABLE " + kept + " ADD PRIMARY KEY (id)",
        "CREATE TABLE " + gone + " (LIKE t INCLUDING ALL)",
        "INSERT INTO " + gone + " (k, txt) SELECT k, txt FROM t LIMIT 300",
        "DROP TABLE " + gone);
    // At most one stays for the next time.
    s.sql("DROP TABLE IF EXISTS kept", "ALTER TABLE " + kept + " RENAME TO kept");
  }

  private static void createAborted(StormSession s) throws SQLException {
    String name = s.fresh("a");
    s.sql(
        "BEGIN",
        "CREATE TABLE " + name + " AS SELECT g, repeat('x', 500) FROM generate_series(1, 500) g",
        "SAVEPOINT a",
        "CREATE INDEX ON " + name + " (g)",
        "ROLLBACK TO a",
        "CREATE TABLE " + name + "_b AS SELECT g FROM generate_series(1, 500) g",
        "ROLLBACK");
  }

  private static void truncate(StormSession s) throws SQLException {
    s.sql(
        "TRUNCATE cut RESTART IDENTITY",
        "INSERT INTO cut SELECT g, repeat(md5(random()::text), 20) FROM generate_series(1, 900) g",
        "BEGIN",
        "CREATE TABLE young (i int)",
        "INSERT INTO young SELECT generate_series(1, 500)",
        "TRUNCATE young",
        "INSERT INTO young SELECT generate_series(1, 100)",
        "COMMIT",
        "DROP TABLE young");
  }

  private static void flip(StormSession s) throws SQLException {
    boolean logged =
        s.number(
                "SELECT count(*) FROM pg_class WHERE oid = 'flip'::regclass AND relpersistence = 'p'")
            == 1;
    s.sql(
        "ALTER TABLE flip SET " + (logged ? "UNLOGGED" : "LOGGED"),
        "INSERT INTO flip (txt) SELECT md5(random()::text) FROM generate_series(1, 100)",
        "UPDATE flip SET txt = txt || 'x' WHERE i % 4 = 0",
        "DELETE FROM flip WHERE i % 9 = 0");
    if (s.major() >= 15 && s.upTo(2) == 1) {
      s.sql("ALTER SEQUENCE seq2 SET UNLOGGED", "ALTER SEQUENCE seq2 SET LOGGED");
    }
  }

  private static void rewrite(StormSession s) throws SQLException {
    s.sql(
        "ALTER TABLE fat ADD COLUMN extra text DEFAULT md5(random()::text)",
        "ALTER TABLE fat ALTER COLUMN i TYPE bigint USING i + 1",
        "ALTER TABLE fat ALTER COLUMN i TYPE int USING i - 1",
        "ALTER TABLE fat DROP COLUMN extra");
  }

  private static void indexes(StormSession s) throws SQLException {
    s.sql(
        "CREATE INDEX passing ON t (h)",
        "BEGIN",
        "DROP INDEX passing",
        "CREATE INDEX never ON t USING gist (p)",
        "ROLLBACK",
        "DROP INDEX passing");
    if (s.worker() == 0) {
      s.sql("CREATE INDEX CONCURRENTLY passing ON t (h, k)", "DROP INDEX CONCURRENTLY passing");
    }
  }

  private static void partitions(StormSession s) throws SQLException {
    String part = s.fresh("part");
    int from = s.upTo(1_000_000) * 1000;
    s.sql(
        "CREATE TABLE "
            + part
            + " PARTITION OF parted FOR VALUES FROM ("
            + from
            + ") TO ("
            + (from + 1000)
            + ")",
        "INSERT INTO parted SELECT g, md5(g::text) FROM generate_series("
            + from
            + ", "
            + (from + 700)
            + ") g",
        "ALTER TABLE parted DETACH PARTITION " + part,
        s.upTo(2) == 1 ? "DROP TABLE " + part : "ALTER TABLE " + part + " SET TABLESPACE inplace");
  }

  private static void move(StormSession s, String kind, List<String> relations)
      throws SQLException {
    s.sql(
        "ALTER "
            + kind
            + " "
            + s.oneOf(relations)
            + " SET TABLESPACE "
            + s.oneOf(List.of("linked", "inplace", "pg_default")));
    s.sql("INSERT INTO moved (txt) SELECT md5(random()::text) FROM generate_series(1, 200)");
  }
}
