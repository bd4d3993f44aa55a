package io.holdfast.repository;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import org.jspecify.annotations.Nullable;

/** What lies in the repository is not what was written: cut short, changed, swapped or missing. */
public final class RepositoryDamagedException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  public RepositoryDamagedException(String message, @Nullable Throwable cause) {
    super(
        ExitStatus.REPOSITORY_FAILED,
        message,
        "`holdfast verify --read-data` lists everything that is damaged and the backups it touches.",
        cause);
  }
}
