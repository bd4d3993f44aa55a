package io.holdfast.testkit.storm;

import java.util.List;

/** What programs do to rows, and vacuum to what they leave. */
final class RowDeeds {
  private RowDeeds() {}

  static String insert(int rows) {
    return "INSERT INTO t (k, h, txt, arr, p, r) SELECT (random() * 1000)::int,"
        + " (random() * 1e9)::int, repeat(md5(random()::text), 1 + (random() * 5)::int),"
        + " ARRAY[(random() * 50)::int, (random() * 50)::int, g::int],"
        + " point(random() * 100, random() * 100), int4range(g::int, g::int + 10)"
        + " FROM generate_series(1, "
        + rows
        + ") g";
  }

  static String insertFat(int rows, int words) {
    return "INSERT INTO fat SELECT g, (SELECT string_agg(md5(random()::text || g || w), '')"
        + " FROM generate_series(1, "
        + words
        + ") w) FROM generate_series(1, "
        + rows
        + ") g";
  }

  static List<Deed> all() {
    return List.of(
        Deed.any("insert", s -> s.sql(insert(s.upTo(400)))),
        Deed.any(
            "update in place",
            s ->
                s.sql("UPDATE t SET b = md5(random()::text)::bytea WHERE id % 31 = " + s.upTo(31))),
        Deed.any(
            "update indexed columns",
            s ->
                s.sql(
                    "UPDATE t SET k = k + 1, txt = md5(txt), arr = arr || 7, p = point(k, h % 77),"
                        + " r = int4range(k, k + 3) WHERE id % 37 = "
                        + s.upTo(37))),
        Deed.any(
            "delete",
            s ->
                s.sql(
                    "DELETE FROM t WHERE id % 7 = "
                        + s.upTo(7)
                        + " AND (SELECT count(*) FROM t) > 2500")),
        Deed.any("vacuum", s -> s.sql("VACUUM t", "VACUUM fat")),
        Deed.any("vacuum freeze", s -> s.sql("VACUUM (FREEZE) t", "VACUUM (FREEZE, ANALYZE) fat")),
        Deed.any(
            "look, so that hints are set",
            s ->
                s.sql(
                    "SET enable_seqscan = off",
                    "SELECT count(*) FROM t WHERE id > 0 AND b IS NULL",
                    "SELECT count(*) FROM t WHERE k = 7",
                    "SELECT count(*) FROM t WHERE p <@ box(point(0, 0), point(50, 50))",
                    "SELECT count(*) FROM fat")),
        Deed.any("multixacts", RowDeeds::lock),
        Deed.any(
            "subtransactions undone",
            s ->
                s.sql(
                    "BEGIN",
                    insert(50),
                    "SAVEPOINT a",
                    "DELETE FROM t WHERE id % 11 = 3",
                    insertFat(2, 100),
                    "ROLLBACK TO a",
                    insert(20),
                    "COMMIT")),
        Deed.any(
            "aborted inserts",
            s -> s.sql("BEGIN", insert(s.upTo(500)), insertFat(s.upTo(10), 200), "ROLLBACK")),
        Deed.any("toasted inserts", s -> s.sql(insertFat(s.upTo(12), s.upTo(600)))),
        Deed.any(
            "toasted updates",
            s ->
                s.sql(
                    "UPDATE fat SET body = body || md5(random()::text) WHERE i % 5 = "
                        + s.upTo(5))),
        Deed.any(
            "toasted deletes",
            s -> s.sql("DELETE FROM fat WHERE i % 3 = 1 AND (SELECT count(*) FROM fat) > 60")),
        Deed.any(
            "sequences",
            s ->
                s.sql(
                    "SELECT count(nextval('seq')) FROM generate_series(1, " + s.upTo(100) + ")",
                    "SELECT setval('seq2', " + s.upTo(1_000_000) + ")",
                    "BEGIN",
                    "ALTER SEQUENCE seq2 RESTART",
                    s.random().nextBoolean() ? "COMMIT" : "ROLLBACK")),
        Deed.any("large objects", RowDeeds::largeObjects),
        Deed.any(
            "pending lists and summaries",
            s ->
                s.sql(
                    "SELECT gin_clean_pending_list('t_gin')",
                    "SELECT brin_summarize_new_values('t_brin')",
                    "SELECT brin_desummarize_range('t_brin', 0)",
                    "SELECT brin_summarize_range('t_brin', 0)")),
        Deed.any("cut and grow again", RowDeeds::cut));
  }

  private static void lock(StormSession s) throws java.sql.SQLException {
    int rest = s.upTo(13);
    s.sql(
        "BEGIN",
        "SELECT count(*) FROM (SELECT 1 FROM t WHERE id % 13 = " + rest + " FOR KEY SHARE) x",
        "SAVEPOINT a",
        "UPDATE t SET b = 'locked' WHERE id % 26 = " + rest,
        "SELECT count(*) FROM (SELECT 1 FROM t WHERE id % 39 = " + rest + " FOR UPDATE) x",
        s.random().nextBoolean() ? "COMMIT" : "ROLLBACK");
  }

  private static void largeObjects(StormSession s) throws java.sql.SQLException {
    s.sql(
        "INSERT INTO lobs SELECT lo_from_bytea(0, decode(repeat(md5(random()::text), 700), 'hex'))"
            + " FROM generate_series(1, 3)",
        "SELECT lo_put(o, 5000, 'changed') FROM lobs ORDER BY o DESC LIMIT 2",
        "SELECT lo_unlink(o) FROM lobs WHERE o::bigint % 3 = 0",
        "DELETE FROM lobs WHERE o::bigint % 3 = 0");
  }

  /** Vacuum gives pages at the end back; most times others take their numbers again. */
  private static void cut(StormSession s) throws java.sql.SQLException {
    s.sql(
        "DELETE FROM cut WHERE ctid >= '(" + s.upTo(30) + ",0)'::tid", "VACUUM (TRUNCATE on) cut");
    if (s.upTo(4) > 1) {
      s.sql(
          "INSERT INTO cut SELECT g, repeat(md5(random()::text), 20) FROM generate_series(1, "
              + s.upTo(600)
              + ") g");
    }
  }
}
