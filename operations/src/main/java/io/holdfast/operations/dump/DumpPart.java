package io.holdfast.operations.dump;

import io.holdfast.postgres.DumpBlock;
import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpToc;
import io.holdfast.postgres.TableClosure;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which entries of a dump are wanted.
 *
 * @param toc without texts
 * @param dumpIds of the entries
 */
public record DumpPart(DumpToc toc, Set<Integer> dumpIds) {
  public DumpPart {
    dumpIds = Set.copyOf(dumpIds);
  }

  public static DumpPart whole(StoredDump dump) {
    DumpToc toc = dump.toc(entry -> false);
    return new DumpPart(
        toc, toc.entries().stream().map(DumpEntry::dumpId).collect(Collectors.toSet()));
  }

  /**
   * Tables with all that belongs to them; not what they need besides, which pg_restore expects in
   * the database.
   *
   * @throws io.holdfast.vocabulary.HoldfastException (usage) if there is no such table
   */
  public static DumpPart tables(StoredDump dump, List<String> names) {
    DumpToc toc = dump.toc(entry -> false);
    TableClosure closure = TableClosure.of(toc, TableNames.find(toc, names));
    return new DumpPart(
        toc,
        Stream.concat(
                toc.entries().stream().filter(TableClosure::isAboutTheArchive),
                closure.members().stream())
            .map(DumpEntry::dumpId)
            .collect(Collectors.toSet()));
  }

  /** What getting it comes to, about. */
  public long bytes(StoredDump dump) {
    return isWhole() ? dump.database().bytes() : toc.length() + dataBytes(dump);
  }

  private long dataBytes(StoredDump dump) {
    return dump.blocks().stream()
        .filter(block -> dumpIds.contains(block.dumpId()))
        .mapToLong(DumpBlock::length)
        .sum();
  }

  boolean isWhole() {
    return dumpIds.size() == toc.entries().size();
  }
}
