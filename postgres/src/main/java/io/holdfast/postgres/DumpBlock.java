package io.holdfast.postgres;

/**
 * Where the data of one entry lies in an archive of pg_dump.
 *
 * @param dumpId of the entry
 * @param kind of the entry: {@code TABLE DATA} or {@code BLOBS}
 * @param schema "" for large objects
 * @param table its name; for large objects the tag of their entry
 * @param offset in the archive, from its first byte
 * @param length in bytes, with all that belongs to the block
 * @param rows lines of COPY; {@link #UNKNOWN} where the data is in another form
 * @param objects how many large objects
 */
public record DumpBlock(
    int dumpId,
    String kind,
    String schema,
    String table,
    long offset,
    long length,
    long rows,
    long objects) {
  public static final long UNKNOWN = -1;
}
