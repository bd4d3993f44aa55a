package io.holdfast.repository.backup;

import org.jspecify.annotations.Nullable;

/** How this program signs what it writes, for people. */
public final class WriterVersion {
  private WriterVersion() {}

  public static String text() {
    @Nullable String version = WriterVersion.class.getPackage().getImplementationVersion();
    return "holdfast " + (version == null ? "(development)" : version);
  }
}
