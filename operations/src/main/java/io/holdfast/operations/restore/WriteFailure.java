package io.holdfast.operations.restore;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Turns failures of the destination into words. */
final class WriteFailure {
  private WriteFailure() {}

  static HoldfastException of(String attempt, Path path, IOException cause) {
    String reason =
        cause instanceof FileSystemException failure && failure.getReason() != null
            ? failure.getReason()
            : cause instanceof FileSystemException
                ? cause.getClass().getSimpleName().replace("Exception", "")
                : String.valueOf(cause.getMessage());
    return new HoldfastException(
        ExitStatus.SOURCE_FAILED,
        "could not " + attempt + " " + path + ": " + reason,
        "What lies there is not whole; no server starts from it. Mend the cause, then restore again:"
            + " a cluster with --delta, to continue where this one ended.",
        cause);
  }
}
