package io.holdfast.operations.anomalies;

/**
 * Something about a backup that is far from usual. It need not be wrong: somebody may have dropped
 * what is missing. It has to be looked at.
 *
 * @param subject the database it concerns; empty for the backup as a whole
 * @param text what was expected and what was found
 */
public record Anomaly(Code code, String subject, String text) {
  /** What there is; the words are stable. */
  public enum Code {
    SIZE_DROPPED("size.dropped"),
    SIZE_GREW("size.grew"),
    DURATION_LONG("duration.long"),
    DATABASE_GONE("database.gone"),
    TABLES_GONE("tables.gone"),
    ROWS_GONE("rows.gone"),
    ROWS_DROPPED("rows.dropped");

    private final String word;

    Code(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }
}
