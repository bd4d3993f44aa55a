package io.holdfast.postgres.programs;

import io.holdfast.postgres.Programs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Stub. */
public final class InstalledPrograms {
  private InstalledPrograms() {}

  public static Optional<Programs> find(int major, List<Path> hints) {
    throw new UnsupportedOperationException("stub");
  }
}
