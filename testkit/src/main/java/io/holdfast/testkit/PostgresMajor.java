package io.holdfast.testkit;

import io.holdfast.embedded.PostgresBinaries;
import java.util.List;

/**
 * Every major version that is supported; {@code @EnumSource(PostgresMajor.class)} runs them all.
 */
public enum PostgresMajor {
  V14,
  V15,
  V16,
  V17,
  V18;

  public static PostgresMajor of(int number) {
    return valueOf("V" + number);
  }

  /** The newest one. */
  public static PostgresMajor newest() {
    return V18;
  }

  public int number() {
    return Integer.parseInt(name().substring(1));
  }

  /** Its server programs, unpacked; the directory is a hint for whoever looks for programs. */
  public PostgresBinaries binaries() {
    return PostgresBinaries.find(number(), List.of(ServerJars.folder()))
        .orElseThrow(() ->
            new IllegalStateException(
                "no binaries of PostgreSQL " + number() + " in " + ServerJars.folder()));
  }
}
