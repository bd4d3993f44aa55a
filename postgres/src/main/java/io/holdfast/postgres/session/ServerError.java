package io.holdfast.postgres.session;

import io.holdfast.postgres.PostgresException;
import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What went wrong, in the server's words. */
final class ServerError {
  private ServerError() {}

  /** The message, and the cause where only that tells. */
  static String text(SQLException e) {
    String text = String.valueOf(e.getMessage()).strip();
    Throwable cause = e.getCause();
    return cause instanceof IOException && cause.getMessage() != null
        ? text + " (" + cause.getMessage() + ")"
        : text;
  }

  static PostgresException of(String attempt, SQLException e, @Nullable String hint) {
    return new PostgresException("could not " + attempt + ": " + text(e), hint, e);
  }
}
