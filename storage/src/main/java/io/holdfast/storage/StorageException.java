package io.holdfast.storage;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import org.jspecify.annotations.Nullable;

/** A site failed, or holds something else than it should. */
public class StorageException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  public StorageException(String message, @Nullable String hint, @Nullable Throwable cause) {
    super(ExitStatus.REPOSITORY_FAILED, message, hint, cause);
  }
}
