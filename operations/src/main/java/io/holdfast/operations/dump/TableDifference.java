package io.holdfast.operations.dump;

import java.util.List;

/**
 * How a restored table differs from the one of the database.
 *
 * @param key columns by which rows are the same; empty if there is no key, and whole rows are
 *     compared
 * @param onlyRestored rows that only the restored one has
 * @param onlyLive rows that only the one of the database has
 * @param different rows of one key whose other columns differ
 * @param same rows that are the same
 * @param columnsOnlyRestored columns that are not compared
 * @param columnsOnlyLive likewise
 * @param examples a few keys of rows that only the restored one has
 */
public record TableDifference(
    List<String> key,
    long onlyRestored,
    long onlyLive,
    long different,
    long same,
    List<String> columnsOnlyRestored,
    List<String> columnsOnlyLive,
    List<String> examples) {
  public TableDifference {
    key = List.copyOf(key);
    columnsOnlyRestored = List.copyOf(columnsOnlyRestored);
    columnsOnlyLive = List.copyOf(columnsOnlyLive);
    examples = List.copyOf(examples);
  }
}
