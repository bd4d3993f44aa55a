package io.holdfast.postgres.replication;

import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.WalRemovedException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An ErrorResponse: fields by their letters (protocol-error-fields). */
record ServerFault(String state, String message, @Nullable String hint) {
  /** undefined_file: the walsender could not open a segment (xlogreader.c, WalSndSegmentOpen). */
  private static final String NO_SUCH_FILE = "58P01";

  static ServerFault read(WireReader reader) {
    Map<Character, String> fields = new HashMap<>();
    while (reader.remaining() > 1) {
      char letter = (char) reader.readByte();
      fields.put(letter, reader.readString());
    }
    String detail = fields.get('D');
    return new ServerFault(
        fields.getOrDefault('C', ""),
        fields.getOrDefault('M', "") + (detail == null ? "" : " (" + detail + ")"),
        fields.get('H'));
  }

  PostgresException exception(String attempt) {
    return new PostgresException("could not " + attempt + ": " + message, advice(), null);
  }

  /** Likewise, where a missing file means that WAL is gone. */
  PostgresException streamException(String attempt) {
    PostgresException exception = exception(attempt);
    return state.equals(NO_SUCH_FILE)
        ? new WalRemovedException(String.valueOf(exception.getMessage()), exception)
        : exception;
  }

  private @Nullable String advice() {
    return switch (state) {
      case "55006" ->
          "Another receiver uses this slot: end it, or give each one a slot of its own.";
      case "42710" -> "A slot of this name exists already.";
      case "42704" -> "List the slots with: SELECT * FROM pg_replication_slots;";
      case "53400" -> "Raise max_replication_slots, or drop slots that nobody uses.";
      case "42501" -> "ALTER ROLE the_role REPLICATION;";
      default -> hint;
    };
  }
}
