package io.holdfast.operations.dump;

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

  /** Bytes of data that belong to it. */
  public long dataBytes(StoredDump dump) {
    return dump.blocks().stream()
        .filter(block -> dumpIds.contains(block.dumpId()))
        .mapToLong(io.holdfast.postgres.DumpBlock::length)
        .sum();
  }

  boolean isWhole() {
    return dumpIds.size() == toc.entries().size();
  }
}
