package io.holdfast.postgres.copy;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.CopySession;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.session.Connector;
import io.holdfast.postgres.session.ServerText;
import io.holdfast.postgres.session.SqlConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Over pgjdbc. */
public final class JdbcCopy implements CopySession {
  /** Index-only scans would believe the visibility map, and indexes are what is looked at. */
  private static final String READ_HEAPS =
      "SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off;"
          + " SET jit = off; SET client_min_messages = error;"
          // Nobody else is there: only a transaction that was prepared holds a lock, and for ever.
          + " SET lock_timeout = '2s'";

  /**
   * Event triggers of the copy do not fire for what we do in it (before 17 they cannot be turned
   * off). Roles that may not say so make nothing.
   */
  private static final String WITHOUT_TRIGGERS =
      "SELECT set_config('session_replication_role', 'replica', false) FROM pg_roles WHERE rolname ="
          + " current_user AND rolsuper";

  private static final int DATABASE_VERSION_SINCE = 15;

  /** FirstNormalTransactionId, transam.h. */
  private static final int FIRST_TRANSACTION = 3;

  private final SqlConnection sql;
  private final int major;

  private JdbcCopy(SqlConnection sql) {
    this.sql = sql;
    this.major =
        sql.one(
            "ask for the version",
            "SELECT current_setting('server_version_num')::int / 10000",
            row -> row.getInt(1));
  }

  public static CopySession connect(ConnectionSettings settings) {
    SqlConnection sql = SqlConnection.open(new Connector(settings));
    try {
      sql.execute("set up a session", READ_HEAPS);
      sql.list("set up a session", WITHOUT_TRIGGERS, row -> row.getString(1));
      return new JdbcCopy(sql);
    } catch (RuntimeException e) {
      sql.close();
      throw e;
    }
  }

  @Override
  public List<String> superusers() {
    return sql.list(
        "list the superusers",
        "SELECT "
            + ServerText.bytes("rolname")
            + " FROM pg_roles WHERE rolsuper AND rolcanlogin ORDER BY oid",
        row -> ServerText.read(row, 1));
  }

  @Override
  public List<DatabaseFacts> databases() {
    String versions =
        major >= DATABASE_VERSION_SINCE
            ? "coalesce(datcollversion, ''), coalesce(pg_database_collation_actual_version(oid), '')"
            : "'', ''";
    return sql.list(
        "list the databases",
        "SELECT "
            + ServerText.bytes("datname")
            + ", pg_encoding_to_char(encoding), "
            + ServerText.bytes("datcollate")
            + ", "
            + versions
            + " FROM pg_database WHERE datallowconn AND datconnlimit <> -2 ORDER BY datname",
        row ->
            new DatabaseFacts(
                ServerText.read(row, 1),
                row.getString(2),
                ServerText.read(row, 3),
                row.getString(4),
                row.getString(5)));
  }

  @Override
  public Optional<String> provide(String extension) {
    try {
      sql.execute("make extension " + extension, "CREATE EXTENSION IF NOT EXISTS " + extension);
      // Where the source has it, it may be as old as the cluster, and lack what we ask.
      sql.execute("update extension " + extension, "ALTER EXTENSION " + extension + " UPDATE");
      return Optional.empty();
    } catch (PostgresException e) {
      return Optional.of(text(e));
    }
  }

  @Override
  public List<String> missingLibraries() {
    List<String> libraries =
        sql.list(
            "list the libraries of functions",
            "SELECT DISTINCT probin FROM pg_proc WHERE prolang = (SELECT oid FROM pg_language WHERE"
                + " lanname = 'c') AND probin IS NOT NULL ORDER BY 1",
            row -> row.getString(1));
    List<String> missing = new ArrayList<>();
    for (String library : libraries) {
      try {
        sql.execute("load " + library, "LOAD '" + library.replace("'", "''") + "'");
      } catch (PostgresException e) {
        missing.add(library + ": " + text(e));
      }
    }
    return missing;
  }

  @Override
  public List<String> driftedCollations() {
    return sql.list(
        "compare the versions of collations",
        "SELECT format('%I.%I', n.nspname, c.collname) || ': recorded ' || c.collversion || ', here '"
            + " || pg_collation_actual_version(c.oid) FROM pg_collation c JOIN pg_namespace n ON"
            + " n.oid = c.collnamespace WHERE c.collversion IS NOT NULL AND"
            + " c.collversion <> pg_collation_actual_version(c.oid) AND (EXISTS (SELECT FROM"
            + " pg_attribute a WHERE a.attcollation = c.oid AND NOT a.attisdropped AND a.attnum > 0)"
            + " OR EXISTS (SELECT FROM pg_index i WHERE c.oid = ANY (i.indcollation))) ORDER BY 1",
        row -> row.getString(1));
  }

  @Override
  public List<String> missingRoles() {
    return sql.list(
        "look for the roles of what there is",
        "SELECT format('role %s: %s objects belong to it, %s grants, policies and memberships name"
            + " it', oid, count(*) FILTER (WHERE owns), count(*) FILTER (WHERE NOT owns)) FROM"
            + " (SELECT refobjid AS oid, deptype = 'o' AS owns FROM pg_shdepend WHERE refclassid ="
            + " 'pg_authid'::regclass UNION ALL SELECT roleid, false FROM pg_auth_members UNION ALL"
            + " SELECT member, false FROM pg_auth_members) named WHERE NOT EXISTS (SELECT FROM"
            + " pg_authid a WHERE a.oid = named.oid) GROUP BY oid ORDER BY oid",
        row -> row.getString(1));
  }

  @Override
  public List<Relation> btrees() {
    return relations("list the B-tree indexes", index(403));
  }

  @Override
  public List<Relation> gins() {
    boolean checkable =
        sql.one(
            "ask what amcheck can",
            "SELECT to_regprocedure(?) IS NOT NULL",
            row -> row.getBoolean(1),
            amcheck() + ".gin_index_check(regclass)");
    return checkable ? relations("list the GIN indexes", index(2742)) : List.of();
  }

  /** Of one access method (pg_am.dat), and in use. */
  private static String index(int method) {
    return "c.relkind = 'i' AND c.relam = "
        + method
        + " AND EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = c.oid AND i.indisvalid AND"
        + " i.indisready)";
  }

  @Override
  public List<Relation> indexed() {
    return relations("list the tables with an index", CountFromIndex.ELIGIBLE);
  }

  @Override
  public Optional<Checked> checkRows(Relation table) {
    return new CountFromIndex(sql, schemaOfIfThere("pg_visibility")).check(table);
  }

  @Override
  public List<Relation> heaps() {
    return relations(
        "list the tables",
        "c.relkind IN ('r', 'm', 't') AND c.relam = 2 AND (c.relkind <> 'm' OR c.relispopulated)");
  }

  private List<Relation> relations(String attempt, String which) {
    return sql.list(
        attempt,
        "SELECT c.oid::bigint, format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN"
            + " pg_namespace n ON n.oid = c.relnamespace WHERE c.relpersistence <> 't' AND "
            + which
            + " ORDER BY 2",
        row -> new Relation(row.getLong(1), row.getString(2)));
  }

  @Override
  public Checked checkBtree(Relation index) {
    Checked whole = checkIndex(index, "bt_index_parent_check(?::oid::regclass, true)");
    return whole.unable().isPresent()
        ? checkIndex(index, "bt_index_check(?::oid::regclass, true)")
        : whole;
  }

  @Override
  public Checked checkGin(Relation index) {
    return checkIndex(index, "gin_index_check(?::oid::regclass)");
  }

  private Checked checkIndex(Relation index, String how) {
    return check(() -> {
      sql.list(
          "check index " + index.name(),
          "SELECT " + amcheck() + "." + how + "::text",
          row -> 1,
          index.oid());
      return Checked.FINE;
    });
  }

  /** Where somebody put the extension: search_path is pg_catalog. */
  private String amcheck() {
    return schemaOf("amcheck");
  }

  private String schemaOf(String extension) {
    return schemaOfIfThere(extension)
        .orElseThrow(
            () -> new PostgresException("could not find extension " + extension, null, null));
  }

  private Optional<String> schemaOfIfThere(String extension) {
    return sql
        .list(
            "find extension " + extension,
            "SELECT format('%I', n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid ="
                + " e.extnamespace WHERE e.extname = ?",
            row -> row.getString(1),
            extension)
        .stream()
        .findFirst();
  }

  @Override
  public Checked checkHeap(Relation heap) {
    return check(() ->
        gathered(
            "check table " + heap.name(),
            "SELECT format('block %s', blkno) || coalesce(format(', row %s', offnum), '') ||"
                + " coalesce(format(', column %s', attnum), '') || ': ' || msg FROM "
                + amcheck()
                + ".verify_heapam("
                + heap.oid()
                + "::oid::regclass, on_error_stop => false, check_toast => true)"));
  }

  @Override
  public Checked checkVisibility(Relation heap) {
    String schema = schemaOf("pg_visibility");
    return check(() ->
        gathered(
            "check the visibility map of " + heap.name(),
            "SELECT 'row ' || t_ctid || ' is not visible to all, and its page says so' FROM "
                + schema
                + ".pg_check_visible("
                + heap.oid()
                + "::oid::regclass) UNION ALL SELECT 'row ' || t_ctid || ' is not frozen, and its"
                + " page says so' FROM "
                + schema
                + ".pg_check_frozen("
                + heap.oid()
                + "::oid::regclass)"));
  }

  private Checked gathered(String attempt, String query) {
    List<String> first = new ArrayList<>();
    long[] total = new long[1];
    sql.each(
        attempt,
        query,
        row -> {
          total[0]++;
          if (first.size() < Checked.LISTED) {
            first.add(row.getString(1));
          }
        });
    return new Checked(first, total[0], Checked.About.WHAT_WAS_ASKED, Optional.empty());
  }

  private interface Check {
    Checked run();
  }

  /** What says no damage says that the check itself could not run. */
  private static Checked check(Check check) {
    try {
      return check.run();
    } catch (PostgresException e) {
      return e.saysDamage()
          ? Checked.damaged(
              e.saysUnreadableFile() ? Checked.About.A_FILE : Checked.About.WHAT_WAS_ASKED, text(e))
          : Checked.unable(text(e));
    }
  }

  static String text(PostgresException e) {
    Throwable cause = e.getCause();
    return String.valueOf((cause == null ? e : cause).getMessage())
        .strip()
        .replaceFirst("^ERROR: ", "");
  }

  @Override
  public Fate fateOf(long xid) {
    long next =
        sql.one(
            "ask for the next transaction",
            "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint",
            row -> row.getLong(1));
    long whole = next + (int) (xid - next);
    if (whole >= next) {
      return Fate.NOT_COMMITTED;
    }
    String status =
        whole < FIRST_TRANSACTION
            ? ""
            : sql.one(
                "ask for transaction " + whole,
                "SELECT coalesce(pg_xact_status('" + whole + "'::xid8), '')",
                row -> row.getString(1));
    return switch (status) {
      case "" -> Fate.UNKNOWN;
      case "committed" -> Fate.COMMITTED;
      default -> Fate.NOT_COMMITTED;
    };
  }

  @Override
  public List<TableCount> counts() {
    List<String[]> tables =
        sql.list(
            "list the user's tables",
            "SELECT n.nspname, c.relname, format('%I.%I', n.nspname, c.relname) FROM pg_class c"
                + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND"
                + " c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <>"
                + " 'information_schema' ORDER BY 1, 2",
            row -> new String[] {row.getString(1), row.getString(2), row.getString(3)});
    List<TableCount> counts = new ArrayList<>();
    for (String[] table : tables) {
      counts.add(
          new TableCount(
              table[0],
              table[1],
              sql.one(
                  "count the rows of " + table[2],
                  "SELECT count(*) FROM ONLY " + table[2],
                  row -> row.getLong(1))));
    }
    return counts;
  }

  /** What a column's next value comes from: serial (dependency a) or identity (i). */
  private static final String OWNED =
      "SELECT format('%I.%I', sn.nspname, s.relname), format('%I.%I', tn.nspname, t.relname),"
          + " format('%I', a.attname), q.seqincrement > 0 FROM pg_depend d JOIN pg_class s ON s.oid ="
          + " d.objid AND s.relkind = 'S' JOIN pg_sequence q ON q.seqrelid = s.oid JOIN pg_namespace"
          + " sn ON sn.oid = s.relnamespace JOIN pg_class t ON t.oid = d.refobjid AND t.relkind IN"
          + " ('r', 'p') JOIN pg_namespace tn ON tn.oid = t.relnamespace JOIN pg_attribute a ON"
          + " a.attrelid = t.oid AND a.attnum = d.refobjsubid WHERE d.classid ="
          + " 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a',"
          + " 'i') AND d.refobjsubid > 0 AND a.atttypid IN (20, 21, 23) AND NOT q.seqcycle ORDER BY 1";

  @Override
  public List<String> sequencesBehind() {
    List<String> behind = new ArrayList<>();
    for (String[] each :
        sql.list(
            "list the sequences of columns",
            OWNED,
            row ->
                new String[] {
                  row.getString(1), row.getString(2), row.getString(3), row.getString(4)
                })) {
      behind.addAll(behind(each[0], each[1], each[2], each[3].equals("t")));
    }
    return behind;
  }

  private List<String> behind(String sequence, String table, String column, boolean rising) {
    return sql.list(
        "compare sequence " + sequence + " with its column",
        "SELECT format('%s gives %s next, %s.%s has %s already', "
            + literal(sequence)
            + ", s.next, "
            + literal(table)
            + ", "
            + literal(column)
            + ", c.most) FROM (SELECT "
            + (rising ? "max(" : "min(")
            + column
            + ")::bigint AS most FROM "
            + table
            + ") c, (SELECT CASE WHEN is_called THEN last_value + (SELECT seqincrement FROM"
            + " pg_sequence WHERE seqrelid = "
            + literal(sequence)
            + "::regclass) ELSE last_value END AS next FROM "
            + sequence
            + ") s WHERE "
            + (rising ? "s.next <= c.most" : "s.next >= c.most"),
        row -> row.getString(1));
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  @Override
  public boolean holds(String question, Duration patience) {
    sql.execute(
        "set up a question",
        "SET search_path TO DEFAULT; SET enable_indexscan TO DEFAULT; SET enable_indexonlyscan TO"
            + " DEFAULT; SET enable_bitmapscan TO DEFAULT; SET default_transaction_read_only = on;"
            + " SET statement_timeout = "
            + patience.toMillis());
    try {
      List<Boolean> answers =
          sql.list(
              "ask the question",
              question,
              row -> {
                if (row.getMetaData().getColumnCount() != 1
                    || !row.getMetaData().getColumnTypeName(1).equals("bool")) {
                  throw new PostgresException(
                      "could not ask the question: expected one true or false, found "
                          + row.getMetaData().getColumnCount()
                          + " columns, the first of type "
                          + row.getMetaData().getColumnTypeName(1),
                      "Write a query such as: select count(*) > 1000 from users",
                      null);
                }
                return row.getBoolean(1);
              });
      if (answers.size() != 1) {
        throw new PostgresException(
            "could not ask the question: expected one row, found " + answers.size(),
            "Write a query such as: select count(*) > 1000 from users",
            null);
      }
      return answers.getFirst();
    } finally {
      sql.execute(
          "end a question",
          "SET search_path = pg_catalog; SET statement_timeout = 0;"
              + " SET default_transaction_read_only = off; "
              + READ_HEAPS);
    }
  }

  @Override
  public void close() {
    sql.close();
  }
}
