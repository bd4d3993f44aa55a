package io.holdfast.postgres.copy;

import io.holdfast.postgres.CopySession.Checked;
import io.holdfast.postgres.CopySession.Checked.About;
import io.holdfast.postgres.CopySession.Relation;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.session.SqlConnection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether an index leads to more rows than a table has. {@code verify_heapam} reads the pages that
 * are there, and {@code heapallindexed} goes from them to the index: neither misses the pages of a
 * file that was cut off, for how long a table is nobody knows but its files
 * (RelationGetNumberOfBlocks, bufmgr.c).
 */
final class CountFromIndex {
  /** TOAST is looked up value by value by {@code verify_heapam}. */
  static final String ELIGIBLE =
      "c.relkind IN ('r', 'm') AND c.relam = 2 AND (c.relkind <> 'm' OR c.relispopulated) AND EXISTS"
          + " (SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid ="
          + " c.oid AND x.relam = 403 AND i.indisvalid AND i.indpred IS NULL)";

  /** What the planner expects is to be what the machine does, whatever the source was tuned for. */
  private static final String BEGIN =
      "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL seq_page_cost = 1;"
          + " SET LOCAL random_page_cost = 4; SET LOCAL effective_cache_size = '4GB'";

  private static final String FROM_INDEX =
      "SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = on;"
          + " SET LOCAL enable_indexonlyscan = on";

  /**
   * Where the visibility map knows little and the index is in another order than the table, each
   * row would be another page from the disk.
   */
  private static final double DEAREST = 30;

  private static final double CHEAP = 100_000;
  private static final Pattern COST = Pattern.compile("\\(cost=[0-9.]+\\.\\.([0-9.]+) ");

  private final SqlConnection sql;
  private final Optional<String> visibility;

  /**
   * @param visibility the schema of pg_visibility, if it is there
   */
  CountFromIndex(SqlConnection sql, Optional<String> visibility) {
    this.sql = sql;
    this.visibility = visibility;
  }

  Optional<Checked> check(Relation table) {
    try {
      return counted(table);
    } catch (PostgresException e) {
      return Optional.of(Checked.unable(JdbcCopy.text(e)));
    }
  }

  private Optional<Checked> counted(Relation table) {
    sql.execute("begin to count the rows of " + table.name(), BEGIN);
    try {
      double cost = cost(explain(table));
      long rows;
      try {
        rows = count(table);
      } catch (PostgresException e) {
        return Optional.of(inTable(e));
      }
      sql.execute("count by an index", FROM_INDEX);
      List<String> plan = explain(table);
      if (!isOfIndexAlone(table, plan) || cost(plan) > Math.max(CHEAP, DEAREST * cost)) {
        return Optional.empty();
      }
      try {
        return Optional.of(compared(table, rows, count(table)));
      } catch (PostgresException e) {
        return Optional.of(onTheWay(table, e));
      }
    } finally {
      sql.execute("end counting the rows of " + table.name(), "ROLLBACK");
    }
  }

  private long count(Relation table) {
    return sql.one(
        "count the rows of " + table.name(),
        "SELECT count(*) FROM ONLY " + table.name(),
        row -> row.getLong(1));
  }

  private List<String> explain(Relation table) {
    return sql.list(
        "plan to count the rows of " + table.name(),
        "EXPLAIN SELECT count(*) FROM ONLY " + table.name(),
        row -> row.getString(1));
  }

  /** Of the whole plan: its first line. */
  private static double cost(List<String> plan) {
    Matcher matcher = COST.matcher(plan.getFirst());
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : Double.MAX_VALUE;
  }

  private boolean isOfIndexAlone(Relation table, List<String> plan) {
    return sql
        .list(
            "list the indexes of " + table.name(),
            "SELECT quote_ident(x.relname) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid"
                + " WHERE i.indrelid = ? AND x.relam = 403 AND i.indpred IS NULL",
            row -> "Index Only Scan using " + row.getString(1) + " on ",
            table.oid())
        .stream()
        .anyMatch(scan -> plan.size() == 2 && plan.get(1).contains(scan));
  }

  private Checked compared(Relation table, long rows, long fromIndex) {
    if (fromIndex == rows) {
      return Checked.FINE;
    }
    String found = "its pages hold " + rows + " rows, an index leads to " + fromIndex;
    if (fromIndex < rows) {
      return Checked.damaged(About.ITS_INDEX, found);
    }
    // It believes the visibility map, of which another check tells what is not so.
    return fromIndex - rows <= unseen(table)
        ? Checked.FINE
        : Checked.damaged(About.WHAT_WAS_ASKED, found);
  }

  /** Rows that not all may see, on pages of which the visibility map says that all may. */
  private long unseen(Relation table) {
    return visibility.isEmpty()
        ? 0
        : sql.one(
            "ask what the visibility map of " + table.name() + " hides",
            "SELECT count(*) FROM " + visibility.get() + ".pg_check_visible(?::oid::regclass)",
            row -> row.getLong(1),
            table.oid());
  }

  private static Checked inTable(PostgresException failure) {
    if (!failure.saysDamage()) {
      return Checked.unable(JdbcCopy.text(failure));
    }
    return Checked.damaged(
        failure.saysUnreadableFile() ? About.A_FILE : About.ITS_TABLE, JdbcCopy.text(failure));
  }

  /** Beyond the end of the table's file is where its rows should be. */
  private Checked onTheWay(Relation table, PostgresException failure) {
    if (!failure.saysDamage()) {
      return Checked.unable(JdbcCopy.text(failure));
    }
    sql.execute("end counting the rows of " + table.name(), "ROLLBACK");
    String path =
        sql.one(
            "ask for the file of " + table.name(),
            "SELECT pg_relation_filepath(?::oid::regclass)",
            row -> row.getString(1),
            table.oid());
    String said = JdbcCopy.text(failure);
    if (Pattern.compile(Pattern.quote(path) + "(?![0-9])").matcher(said).find()) {
      return Checked.damaged(About.WHAT_WAS_ASKED, "an index leads beyond its pages: " + said);
    }
    return Checked.damaged(failure.saysUnreadableFile() ? About.A_FILE : About.ITS_INDEX, said);
  }
}
