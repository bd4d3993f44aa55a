package io.holdfast.postgres.session;

import io.holdfast.postgres.ServerSession.Lack;
import io.holdfast.postgres.ServerSession.Requirement;
import java.util.ArrayList;
import java.util.List;

/**
 * What a role needs to read the data directory through the server. None of it lets the role read
 * outside of that: this takes pg_read_server_files (genfile.c).
 */
final class FileGrants {
  private static final List<String> FUNCTIONS =
      List.of(
          "pg_ls_dir(text, boolean, boolean)",
          "pg_stat_file(text, boolean)",
          "pg_read_binary_file(text, bigint, bigint, boolean)");

  private FileGrants() {}

  static List<Requirement> missing(SqlConnection sql) {
    List<String> lacking = new ArrayList<>(FUNCTIONS);
    lacking.removeIf(function ->
        sql.one(
            "check the server",
            "SELECT has_function_privilege('pg_catalog." + function + "', 'EXECUTE')",
            row -> row.getBoolean(1)));
    if (lacking.isEmpty()) {
      return List.of();
    }
    String grant =
        sql.one(
            "check the server",
            "SELECT 'GRANT EXECUTE ON FUNCTION "
                + String.join(", ", lacking)
                + " TO ' || quote_ident(current_user) || ';  -- in database '"
                + " || quote_ident(current_database())",
            row -> row.getString(1));
    return List.of(
        new Requirement(Lack.MAY_READ_FILES, "the role may not read files over SQL", grant, true));
  }
}
