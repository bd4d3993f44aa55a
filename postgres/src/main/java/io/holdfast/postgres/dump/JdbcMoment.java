package io.holdfast.postgres.dump;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.DatabaseFigures;
import io.holdfast.postgres.DumpContents;
import io.holdfast.postgres.MomentSession;
import io.holdfast.postgres.ServerSession.Lack;
import io.holdfast.postgres.ServerSession.Requirement;
import io.holdfast.postgres.session.Connector;
import io.holdfast.postgres.session.SqlConnection;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transaction that is repeatable read and read only. */
public final class JdbcMoment implements MomentSession {
  /** In one statement; each takes an entry of the server's lock table. */
  private static final int LOCKED_TOGETHER = 500;

  /** More names than this do not make a message clearer. */
  private static final int NAMED = 5;

  private final SqlConnection sql;
  private final String database;
  private @Nullable List<Relation> relations;
  private volatile boolean asking;

  private JdbcMoment(SqlConnection sql, String database) {
    this.sql = sql;
    this.database = database;
  }

  public static MomentSession connect(ConnectionSettings connection) {
    SqlConnection sql = SqlConnection.open(new Connector(connection));
    try {
      // Row security would leave rows out without a word; pg_dump has it raise an error likewise.
      sql.execute("set up a session", "SET row_security = off");
      String database =
          sql.one(
              "ask for the database", "SELECT current_database()::text", row -> row.getString(1));
      return new JdbcMoment(sql, database);
    } catch (RuntimeException e) {
      sql.close();
      throw e;
    }
  }

  @Override
  public String database() {
    return database;
  }

  @Override
  public Moment look() {
    relations = null;
    sql.execute("end a transaction", "ROLLBACK");
    sql.execute(
        "begin a transaction", "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    return sql.one(
        "take a snapshot",
        "SELECT pg_current_snapshot()::text, now()",
        row -> new Moment(row.getString(1), row.getObject(2, OffsetDateTime.class).toInstant()));
  }

  private List<Relation> relations() {
    List<Relation> known = relations;
    if (known == null) {
      known = Relation.all(sql);
      relations = known;
    }
    return known;
  }

  @Override
  public String export() {
    return sql.one("export the snapshot", "SELECT pg_export_snapshot()", row -> row.getString(1));
  }

  @Override
  public void lockTables(Duration patience) {
    sql.execute("set a time-out", "SET LOCAL lock_timeout = " + patience.toMillis());
    List<String> names =
        relations().stream().filter(Relation::lockable).map(Relation::quoted).toList();
    for (int from = 0; from < names.size(); from += LOCKED_TOGETHER) {
      List<String> some = names.subList(from, Math.min(names.size(), from + LOCKED_TOGETHER));
      sql.execute(
          "lock the tables of database " + database,
          "LOCK TABLE ONLY " + String.join(", ONLY ", some) + " IN ACCESS SHARE MODE");
    }
  }

  @Override
  public List<Requirement> unreadable() {
    String role =
        sql.one("ask for the role", "SELECT quote_ident(current_user)", r -> r.getString(1));
    List<Requirement> missing = new ArrayList<>();
    add(
        missing,
        "may not read",
        relations().stream().filter(relation -> !relation.readable()).toList(),
        "GRANT pg_read_all_data TO " + role + ";");
    add(
        missing,
        "does not see all rows, because of row security, of",
        relations().stream().filter(Relation::hidden).toList(),
        "ALTER ROLE " + role + " BYPASSRLS;");
    addLargeObjects(missing, role);
    return missing;
  }

  /** Owners and superusers read them, and whom it was granted to. */
  private static final String GRANTED =
      "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user) OR pg_has_role(l.lomowner, 'USAGE')"
          + " OR current_setting('lo_compat_privileges')::bool OR EXISTS (SELECT FROM"
          + " aclexplode(l.lomacl) a WHERE a.privilege_type = 'SELECT' AND CASE WHEN a.grantee = 0 THEN"
          + " true ELSE pg_has_role(a.grantee, 'USAGE') END)";

  private static final int ASKABLE_SINCE = 18;

  private void addLargeObjects(List<Requirement> missing, String role) {
    int major =
        sql.one(
            "ask for the version",
            "SELECT current_setting('server_version_num')::int / 10000",
            row -> row.getInt(1));
    List<Long> unreadable =
        sql.list(
            "look for large objects that cannot be read",
            "SELECT l.oid::bigint FROM pg_largeobject_metadata l WHERE NOT ("
                + (major < ASKABLE_SINCE ? GRANTED : "has_largeobject_privilege(l.oid, 'SELECT')")
                + ") ORDER BY 1",
            row -> row.getLong(1));
    if (unreadable.isEmpty()) {
      return;
    }
    missing.add(
        new Requirement(
            Lack.MAY_READ_ALL,
            "the role may not read "
                + (unreadable.size() == 1
                    ? "large object " + unreadable.getFirst()
                    : unreadable.size() + " large objects (" + unreadable.getFirst() + " is one)")
                + " in database "
                + database,
            "As a superuser: DO $$ DECLARE o oid; BEGIN FOR o IN SELECT oid FROM"
                + " pg_largeobject_metadata LOOP EXECUTE format('GRANT SELECT ON LARGE OBJECT %s TO %s',"
                + " o, '"
                + role.replace("'", "''")
                + "'); END LOOP; END $$; for those that come later too: so better back up as one.",
            true));
  }

  @Override
  public List<String> invisible() {
    if (sql.one(
        "ask for the role",
        "SELECT rolsuper FROM pg_roles WHERE rolname = current_user",
        row -> row.getBoolean(1))) {
      return List.of();
    }
    List<String> lacking = new ArrayList<>();
    sql.list(
            "list the subscriptions",
            "SELECT subname::text FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database"
                + " WHERE datname = current_database()) ORDER BY 1",
            row -> row.getString(1))
        .forEach(name ->
            lacking.add(
                "subscription "
                    + name
                    + " in database "
                    + database
                    + ": only a superuser may see it"));
    sql.list(
            "list the user mappings",
            "SELECT m.usename::text, m.srvname::text FROM pg_user_mappings m JOIN pg_foreign_server s ON"
                + " s.oid = m.srvid WHERE m.umoptions IS NULL AND NOT CASE WHEN m.umuser = 0 THEN"
                + " pg_has_role(s.srvowner, 'USAGE') ELSE m.usename = current_user AND"
                + " (pg_has_role(s.srvowner, 'USAGE') OR has_server_privilege(s.oid, 'USAGE')) END"
                + " ORDER BY 2, 1",
            row -> row.getString(1) + " on server " + row.getString(2))
        .forEach(name ->
            lacking.add(
                "options of the user mapping of "
                    + name
                    + " in database "
                    + database
                    + ", if it has any: only that role and superusers may see them"));
    return lacking;
  }

  @Override
  public DumpContents contents() {
    return ContentQueries.all(sql);
  }

  private void add(List<Requirement> missing, String verb, List<Relation> which, String fix) {
    if (which.isEmpty()) {
      return;
    }
    List<String> named = which.stream().limit(NAMED).map(Relation::quoted).toList();
    missing.add(
        new Requirement(
            Lack.MAY_READ_ALL,
            "the role "
                + verb
                + " "
                + String.join(", ", named)
                + (which.size() > NAMED ? " and " + (which.size() - NAMED) + " more" : "")
                + " in database "
                + database,
            fix,
            true));
  }

  @Override
  public DatabaseFigures figures(boolean checksums) {
    asking = true;
    DatabaseFigures figures = new FigureQueries(sql, database, relations()).all(checksums);
    asking = false;
    return figures;
  }

  @Override
  public void close() {
    if (asking) {
      sql.abort();
    } else {
      sql.close();
    }
  }
}
