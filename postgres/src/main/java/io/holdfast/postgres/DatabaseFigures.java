package io.holdfast.postgres;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a database held at one moment, for comparing it with what a dump of that moment comes to
 * when it is restored.
 *
 * @param taken by the server's clock
 * @param collationVersion of the collation provider that it records; "" if none
 * @param providerVersion that its provider has now; another one than the recorded is a warning
 * @param tables all but those of the system, of extensions' own (unless they keep settings of the
 *     user, which dumps have) and of other sessions; by schema and name
 * @param schema for each sort of object ({@code columns}, {@code indexes}, …) how many there are
 *     and a sum over their definitions; comparable between servers of one major version
 * @param objects for each sort that has not too many the names of objects, and a sum over the
 *     definition of each: so that what differs can be named
 */
public record DatabaseFigures(
    String database,
    Instant taken,
    Locale locale,
    String collationVersion,
    String providerVersion,
    List<Table> tables,
    List<Sequence> sequences,
    long largeObjects,
    List<Extension> extensions,
    List<Collation> collations,
    Map<String, String> schema,
    Map<String, Map<String, String>> objects) {
  /**
   * As CREATE DATABASE takes it.
   *
   * @param provider {@code libc}, {@code icu} or {@code builtin}
   * @param name of ICU's or the builtin provider's locale; "" for libc
   */
  public record Locale(
      String encoding, String collate, String ctype, String provider, String name) {}

  /** What a table is to a dump. */
  public enum Kind {
    /** Has rows of its own, which are in the dump. */
    TABLE,
    /** Its rows are those of its partitions. */
    PARTITIONED,
    /** Its rows lie elsewhere and are not dumped. */
    FOREIGN,
    /** Filled anew when it is restored. */
    MATERIALIZED_VIEW,
    /** Unlogged, on a standby, where it cannot be read. */
    UNREADABLE_UNLOGGED
  }

  /**
   * @param rows of {@link Kind#TABLE}, its children's not counted; -1 for the others
   * @param checksum over its rows, in whatever order; empty if it was not asked for
   */
  public record Table(String schema, String name, Kind kind, long rows, Optional<String> checksum) {
    /** For people. */
    public String qualified() {
      return schema + "." + name;
    }
  }

  /** Sequences keep no moments: this is its state when it was asked, soon after. */
  public record Sequence(String schema, String name, long lastValue, boolean called) {}

  /** An installed extension. */
  public record Extension(String name, String version, String schema) {}

  /**
   * A collation that columns or indexes of the database use, beside its own.
   *
   * @param version that is recorded; "" if none
   */
  public record Collation(String schema, String name, String provider, String version) {}

  /** Of all tables that have rows of their own. */
  public long rows() {
    return tables.stream().mapToLong(table -> Math.max(0, table.rows())).sum();
  }
}
