package io.holdfast.postgres.dump;

import io.holdfast.postgres.DatabaseFigures;
import io.holdfast.postgres.DatabaseFigures.Collation;
import io.holdfast.postgres.DatabaseFigures.Extension;
import io.holdfast.postgres.DatabaseFigures.Kind;
import io.holdfast.postgres.DatabaseFigures.Locale;
import io.holdfast.postgres.DatabaseFigures.Sequence;
import io.holdfast.postgres.DatabaseFigures.Table;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.session.SqlConnection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What is asked of a database to know later whether a copy of it is the same. */
final class FigureQueries {
  /** How values are written must not depend on anything that is set on this server. */
  private static final String FORM =
      "SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL intervalstyle = 'postgres';"
          + " SET LOCAL timezone = 'UTC'; SET LOCAL bytea_output = 'hex';"
          + " SET LOCAL extra_float_digits = 1; SET LOCAL xmloption = 'content';"
          + " SET LOCAL lc_monetary = 'C'";

  /** The first 64 bits of the MD5 of each, summed up: in whatever order, and without overflow. */
  private static final String SUM =
      "coalesce(sum(('x' || substr(md5(%s), 1, 16))::bit(64)::bigint), 0)::text";

  private static final String LINE = "concat(name, ' ', line)";

  /** Of more in one sort only the sum is kept. */
  private static final int NAMED_OBJECTS = 5000;

  private static final int DATABASE_PROVIDER_SINCE = 15;
  private static final int DATABASE_LOCALE_SINCE = 17;

  private final SqlConnection sql;
  private final String database;
  private final List<Relation> relations;
  private final int major;

  FigureQueries(SqlConnection sql, String database, List<Relation> relations) {
    this.sql = sql;
    this.database = database;
    this.relations = relations;
    this.major =
        sql.one(
            "ask for the version",
            "SELECT current_setting('server_version_num')::int / 10000",
            row -> row.getInt(1));
  }

  DatabaseFigures all(boolean checksums) {
    sql.execute("set up how values are written", FORM);
    List<Sequence> sequences = sequences();
    Origin origin = origin();
    Map<String, String> sums = new LinkedHashMap<>();
    Map<String, Map<String, String>> objects = new LinkedHashMap<>();
    lookAtSchema(sums, objects);
    return new DatabaseFigures(
        database,
        origin.taken(),
        origin.locale(),
        origin.version(),
        origin.providerVersion(),
        tables(checksums),
        sequences,
        sql.one(
            "count large objects",
            "SELECT count(*) FROM pg_largeobject_metadata",
            row -> row.getLong(1)),
        extensions(),
        collations(),
        sums,
        objects);
  }

  private record Origin(Instant taken, Locale locale, String version, String providerVersion) {}

  private Origin origin() {
    String provider =
        major >= DATABASE_PROVIDER_SINCE
            ? "CASE datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END"
            : "'libc'";
    String locale =
        major >= DATABASE_LOCALE_SINCE
            ? "datlocale"
            : major >= DATABASE_PROVIDER_SINCE ? "daticulocale" : "NULL";
    String versions =
        major >= DATABASE_PROVIDER_SINCE
            ? "datcollversion, pg_database_collation_actual_version(oid)"
            : "NULL, NULL";
    return sql.one(
        "ask for the locale",
        "SELECT now(), pg_encoding_to_char(encoding), datcollate::text, datctype::text, "
            + provider
            + ", coalesce("
            + locale
            + ", ''), "
            + versions
            + " FROM pg_database WHERE datname = current_database()",
        row ->
            new Origin(
                row.getObject(1, OffsetDateTime.class).toInstant(),
                new Locale(
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    row.getString(6)),
                Optional.ofNullable(row.getString(7)).orElse(""),
                Optional.ofNullable(row.getString(8)).orElse("")));
  }

  private List<Table> tables(boolean checksums) {
    List<Table> tables = new ArrayList<>();
    for (Relation relation : relations) {
      if (!relation.isSequence()) {
        tables.add(table(relation, checksums));
      }
    }
    return tables;
  }

  private Table table(Relation relation, boolean checksum) {
    Kind kind = relation.tableKind();
    if (kind != Kind.TABLE) {
      return new Table(relation.schema(), relation.name(), kind, -1, Optional.empty());
    }
    if (!checksum) {
      return counted(relation, "NULL");
    }
    sql.execute("set a savepoint", "SAVEPOINT rows");
    for (boolean pieces : new boolean[] {false, true}) {
      try {
        Table table = pieces ? inPieces(relation) : whole(relation);
        sql.execute("forget a savepoint", "RELEASE SAVEPOINT rows");
        return table;
      } catch (PostgresException e) {
        if (!isTooLarge(e)) {
          throw e;
        }
        sql.execute("go back to a savepoint", "ROLLBACK TO SAVEPOINT rows");
      }
    }
    return counted(relation, "NULL");
  }

  /** PostgreSQL makes no value of more than 1 GB, and a row as text is one. */
  private static boolean isTooLarge(PostgresException e) {
    return e.getCause() instanceof SQLException cause
        && ("54000".equals(cause.getSQLState())
            || String.valueOf(cause.getMessage()).contains("invalid memory alloc request size"));
  }

  private Table counted(Relation relation, String sum) {
    return sql.one(
        "count the rows of " + relation.quoted(),
        "SELECT count(*), "
            + sum
            + " FROM ONLY "
            + relation.quoted()
            + " AS r "
            + relation.condition(),
        row ->
            new Table(
                relation.schema(),
                relation.name(),
                relation.tableKind(),
                row.getLong(1),
                Optional.ofNullable(row.getString(2))));
  }

  /**
   * The columns by their names: pg_dump puts those first that a table has of its parent, also those
   * that the parent got later.
   */
  private Table whole(Relation relation) {
    String row =
        sql.one(
            "list the columns of " + relation.quoted(),
            "SELECT coalesce(string_agg(format('r.%I', attname), ', ' ORDER BY attname COLLATE \"C\"),"
                + " '') FROM pg_attribute WHERE attrelid = CAST(? AS regclass) AND attnum > 0 AND NOT"
                + " attisdropped",
            columns -> columns.getString(1),
            relation.quoted());
    return counted(relation, SUM.formatted("ROW(" + row + ")::text"));
  }

  /**
   * Sums up each column by itself, and then what that comes to. The same rows are too large
   * everywhere, so that a copy is summed up likewise.
   */
  Table inPieces(Relation relation) {
    List<String> columns =
        sql.list(
            "list the columns of " + relation.quoted(),
            "SELECT CASE WHEN atttypid = 'bytea'::regtype THEN format('md5(r.%I)', attname) ELSE"
                + " format('md5(r.%I::text)', attname) END FROM pg_attribute WHERE attrelid ="
                + " CAST(? AS regclass) AND attnum > 0 AND NOT attisdropped ORDER BY attname COLLATE \"C\"",
            row -> row.getString(1),
            relation.quoted());
    String pieces = "array_to_string(ARRAY[" + String.join(", ", columns) + "]::text[], ',', '-')";
    return counted(relation, "'in pieces ' || " + SUM.formatted(pieces));
  }

  private List<Sequence> sequences() {
    List<Sequence> sequences = new ArrayList<>();
    for (Relation relation : relations) {
      if (relation.isSequence() && !relation.dataless()) {
        sequences.add(
            sql.one(
                "read the sequence " + relation.quoted(),
                "SELECT last_value, is_called FROM " + relation.quoted(),
                row ->
                    new Sequence(
                        relation.schema(), relation.name(), row.getLong(1), row.getBoolean(2))));
      }
    }
    return sequences;
  }

  private List<Extension> extensions() {
    return sql.list(
        "list the extensions",
        "SELECT extname::text, extversion, extnamespace::regnamespace::text FROM pg_extension"
            + " ORDER BY extname COLLATE \"C\"",
        row -> new Extension(row.getString(1), row.getString(2), row.getString(3)));
  }

  private List<Collation> collations() {
    return sql.list(
        "list the collations",
        "SELECT n.nspname::text, c.collname::text, CASE c.collprovider WHEN 'i' THEN 'icu'"
            + " WHEN 'b' THEN 'builtin' ELSE 'libc' END, coalesce(c.collversion, '')"
            + " FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace"
            + " WHERE c.collprovider <> 'd' AND c.oid IN (SELECT attcollation FROM pg_attribute a"
            + " JOIN pg_class t ON t.oid = a.attrelid JOIN pg_namespace s ON s.oid = t.relnamespace"
            + " WHERE s.nspname !~ '^pg_' AND s.nspname <> 'information_schema')"
            + " ORDER BY 1, 2",
        row ->
            new Collation(row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
  }

  /** Sums over the definitions of each sort, and what each comes to if they are not too many. */
  private void lookAtSchema(Map<String, String> sums, Map<String, Map<String, String>> objects) {
    SchemaLines.ALL.forEach((sort, lines) ->
        sql.one(
            "look at the " + sort,
            "SELECT count(*) || ':' || "
                + SUM.formatted(LINE)
                + ", CASE WHEN count(*) <= "
                + NAMED_OBJECTS
                + " THEN coalesce(array_agg(name ORDER BY name COLLATE \"C\", line COLLATE \"C\"),"
                + " '{}') END, coalesce(array_agg(substr(md5("
                + LINE
                + "), 1, 16) ORDER BY name COLLATE \"C\", line COLLATE \"C\"), '{}') FROM ("
                + lines
                + ") l(name, line)",
            row -> {
              sums.put(sort, row.getString(1));
              if (row.getArray(2) != null) {
                objects.put(
                    sort,
                    byName(
                        (String[]) row.getArray(2).getArray(),
                        (String[]) row.getArray(3).getArray()));
              }
              return true;
            }));
  }

  private static Map<String, String> byName(String[] names, String[] sums) {
    Map<String, String> found = new TreeMap<>();
    for (int i = 0; i < names.length; i++) {
      // Grants and the like, several to a name.
      found.merge(names[i], sums[i], String::concat);
    }
    return found;
  }
}
