package io.holdfast.postgres;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The versions Holdfast reads, and the numbers by which their files are known: the WAL page magic
 * (xlog_internal.h), the version of pg_control (pg_control.h) and the catalog version
 * (catversion.h). Everything that depends on a version asks here.
 */
public enum SupportedVersion {
  V14(14, 0xD10D, 1300, 202107181),
  V15(15, 0xD110, 1300, 202209061),
  V16(16, 0xD113, 1300, 202307071),
  V17(17, 0xD116, 1700, 202406281),
  V18(18, 0xD118, 1800, 202506291);

  private final int major;
  private final int walMagic;
  private final int controlVersion;
  private final int catalogVersion;

  SupportedVersion(int major, int walMagic, int controlVersion, int catalogVersion) {
    this.major = major;
    this.walMagic = walMagic;
    this.controlVersion = controlVersion;
    this.catalogVersion = catalogVersion;
  }

  public int major() {
    return major;
  }

  public int walMagic() {
    return walMagic;
  }

  public int controlVersion() {
    return controlVersion;
  }

  public int catalogVersion() {
    return catalogVersion;
  }

  /** The directory of this version in every tablespace: {@code PG_15_202209061}. */
  public String tablespaceDirectory() {
    return "PG_" + major + "_" + catalogVersion;
  }

  public static Optional<SupportedVersion> ofMajor(int major) {
    return Arrays.stream(values()).filter(v -> v.major == major).findFirst();
  }

  public static Optional<SupportedVersion> ofWalMagic(int magic) {
    return Arrays.stream(values()).filter(v -> v.walMagic == magic).findFirst();
  }

  /** The version whose pg_control carries these two numbers. */
  public static Optional<SupportedVersion> ofControl(int controlVersion, int catalogVersion) {
    return Arrays.stream(values())
        .filter(v -> v.controlVersion == controlVersion && v.catalogVersion == catalogVersion)
        .findFirst();
  }

  /** For messages: {@code 14, 15, 16, 17, 18}. */
  public static String list() {
    return Arrays.stream(values())
        .map(v -> Integer.toString(v.major))
        .collect(Collectors.joining(", "));
  }
}
