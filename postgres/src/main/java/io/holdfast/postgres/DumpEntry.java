package io.holdfast.postgres;

import java.util.List;

/**
 * One entry of the table of contents of an archive of pg_dump: an object, a property of one, or the
 * data of a table. Where PostgreSQL has no text, it is "".
 *
 * @param dumpId by which entries name each other
 * @param hasData whether a block with its data lies behind the table of contents
 * @param catalog oid of the catalog that the object is in
 * @param oid of the object
 * @param kind as pg_dump says it: {@code TABLE}, {@code TABLE DATA}, {@code FK CONSTRAINT}
 * @param tag name of the object; for some kinds with more words
 * @param schema "" for what is in none
 * @param definition the SQL that makes it; "" too where texts were not asked for
 * @param dropStatement likewise
 * @param copyStatement {@code COPY … FROM stdin}, if the data is in that form; likewise
 * @param dependencies dump ids, of entries that may be left out of the archive
 */
public record DumpEntry(
    int dumpId,
    boolean hasData,
    long catalog,
    long oid,
    String kind,
    String tag,
    Section section,
    String schema,
    String owner,
    String tablespace,
    String tableAccessMethod,
    String definition,
    String dropStatement,
    String copyStatement,
    List<Integer> dependencies) {
  /** When it is restored, in this order. */
  public enum Section {
    NONE,
    PRE_DATA,
    DATA,
    POST_DATA
  }

  public DumpEntry {
    dependencies = List.copyOf(dependencies);
  }

  /** {@code public.users}; the tag alone if it is in no schema. For people. */
  public String name() {
    return schema.isEmpty() ? tag : schema + "." + tag;
  }

  /** The same, to be kept in memory with many. */
  public DumpEntry withoutTexts() {
    return new DumpEntry(
        dumpId,
        hasData,
        catalog,
        oid,
        kind,
        tag,
        section,
        schema,
        owner,
        tablespace,
        tableAccessMethod,
        "",
        "",
        "",
        dependencies);
  }
}
