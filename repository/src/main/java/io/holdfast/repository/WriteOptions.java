package io.holdfast.repository;

/**
 * How packs are written.
 *
 * @param packSize raw target: a pack ends after the chunk that reaches it
 * @param compressionLevel zstd, 1 to 19; 0 stores as it is
 */
public record WriteOptions(long packSize, int compressionLevel) {
  public static final WriteOptions DEFAULT = new WriteOptions(256L << 20, 3);
}
