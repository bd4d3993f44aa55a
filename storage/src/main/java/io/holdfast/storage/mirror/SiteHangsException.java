package io.holdfast.storage.mirror;

import io.holdfast.storage.StorageException;
import java.time.Duration;

/** A site does not answer. What was asked of it may still happen. */
final class SiteHangsException extends StorageException {
  private static final long serialVersionUID = 1L;

  SiteHangsException(String site, String what, Duration patience) {
    super(
        "could not "
            + what
            + " on "
            + site
            + ": expected an answer within "
            + patience.toSeconds()
            + " s, found that it hangs",
        "See whether it can be reached.",
        null);
  }
}
