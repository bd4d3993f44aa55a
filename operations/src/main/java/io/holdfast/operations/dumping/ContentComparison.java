package io.holdfast.operations.dumping;

import io.holdfast.postgres.DatabaseFigures;
import io.holdfast.postgres.DumpContents;
import io.holdfast.postgres.PostgresException;
import java.util.List;

/**
 * Whether a dump has as many indexes, keys, triggers, grants and so on as its snapshot: what stands
 * in place of pg_dump may leave some out.
 */
final class ContentComparison {
  private ContentComparison() {}

  /**
   * @param contents that the snapshot has
   * @throws PostgresException if the dump has less of something
   */
  static void require(DatabaseFigures figures, DumpContents contents, DumpContents dump) {
    List<String> lacking = contents.with("large objects", figures.largeObjects()).lackingIn(dump);
    if (!lacking.isEmpty()) {
      throw new PostgresException(
          "the dump of database "
              + figures.database()
              + " has less than its own snapshot: "
              + String.join("; ", lacking),
          "Is another program in the place of pg_dump, or one with options of its own? If it is"
              + " pg_dump itself, report it, with the versions of server and pg_dump.",
          null);
    }
  }
}
