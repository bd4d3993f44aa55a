package io.holdfast.postgres;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The server, or something that should be of its making, is not as it must be. */
public class PostgresException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  public PostgresException(String message, @Nullable String hint, @Nullable Throwable cause) {
    super(ExitStatus.SOURCE_FAILED, message, hint, cause);
  }

  /** The server's own code for what went wrong (errcodes.txt); "" if it said none. */
  public String sqlState() {
    return getCause() instanceof SQLException told && told.getSQLState() != null
        ? told.getSQLState()
        : "";
  }

  /**
   * Whether the server says that data is damaged or gone: XX001, XX002 and internal errors, or a
   * file that cannot be read (58…), but for a library, which the machine lacks and not the data.
   */
  public boolean saysDamage() {
    return sqlState().startsWith("XX") || saysUnreadableFile();
  }

  /** Of these, that it is about a file. */
  public boolean saysUnreadableFile() {
    return sqlState().startsWith("58")
        && !String.valueOf(getMessage()).contains("could not access file");
  }
}
