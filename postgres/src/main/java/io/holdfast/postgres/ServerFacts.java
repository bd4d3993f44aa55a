package io.holdfast.postgres;

/**
 * Who the server is.
 *
 * @param versionNumber as server_version_num: 150018
 * @param dataDirectory "" if the role may not see it
 */
public record ServerFacts(
    int versionNumber,
    String version,
    long systemIdentifier,
    String dataDirectory,
    int walSegmentSize,
    boolean checksums,
    int port) {
  public int major() {
    return versionNumber / 10_000;
  }
}
