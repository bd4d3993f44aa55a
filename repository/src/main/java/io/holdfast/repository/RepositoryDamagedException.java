package io.holdfast.repository;

import io.holdfast.storage.ObjectKey;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import org.jspecify.annotations.Nullable;

/** What lies in the repository is not what was written: cut short, changed, swapped or missing. */
public final class RepositoryDamagedException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  public RepositoryDamagedException(String message, @Nullable Throwable cause) {
    this(
        message,
        "`holdfast verify --read-data` lists everything that is damaged and the backups it touches.",
        cause);
  }

  public RepositoryDamagedException(String message, String hint, @Nullable Throwable cause) {
    super(ExitStatus.REPOSITORY_FAILED, message, hint, cause);
  }

  public static RepositoryDamagedException of(ObjectKey object, String expected, Object found) {
    return new RepositoryDamagedException(
        "could not read " + object + ": expected " + expected + ", found " + found, null);
  }

  public static RepositoryDamagedException of(
      ObjectKey object, int chunk, String expected, Object found) {
    return new RepositoryDamagedException(
        "could not read chunk "
            + chunk
            + " of "
            + object
            + ": expected "
            + expected
            + ", found "
            + found,
        null);
  }

  public static RepositoryDamagedException missing(ObjectKey object, @Nullable Throwable cause) {
    return new RepositoryDamagedException(
        "could not read " + object + ": expected it to be there, found no such object", cause);
  }
}
