package io.holdfast.repository;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;

/** The name is taken by other bytes. Never overwritten, always an alarm. */
public final class DifferentContentException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  public DifferentContentException(String name, String expectedSha256, String foundSha256) {
    super(
        ExitStatus.REPOSITORY_FAILED,
        "could not store "
            + name
            + ": the repository holds it already with other content (SHA-256 "
            + foundSha256
            + ", not "
            + expectedSha256
            + ")",
        "Two servers may be archiving as the same cluster, or a server was restored without a new"
            + " timeline. Nothing was overwritten.");
  }
}
