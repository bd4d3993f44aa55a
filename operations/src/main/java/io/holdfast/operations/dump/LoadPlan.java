package io.holdfast.operations.dump;

import io.holdfast.postgres.DumpBlock;
import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpToc;
import io.holdfast.postgres.TableClosure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Shares the data of a dump out among programs at work beside each other: large tables alone and
 * first, small ones in batches, large objects together, for they need what says whose they are.
 */
final class LoadPlan {
  /** A program's start costs as much as loading some megabytes. */
  private static final long ENOUGH = 64L << 20;

  private static final int MOST_TABLES = 500;
  private static final Set<String> LARGE_OBJECTS = Set.of("BLOB", "BLOB METADATA", "BLOBS");
  private static final String ABOUT_LARGE_OBJECTS = "LARGE OBJECT";

  private LoadPlan() {}

  /**
   * Data that one program loads.
   *
   * @param dumpIds with those that every archive has
   */
  record Batch(Set<Integer> dumpIds, long bytes, int tables) {}

  /** Largest first. */
  static List<Batch> of(DumpToc toc, Set<Integer> wanted, List<DumpBlock> blocks, int jobs) {
    Map<Integer, DumpEntry> entries = new HashMap<>();
    Set<Integer> always = new HashSet<>();
    Set<Integer> objects = new HashSet<>();
    for (DumpEntry entry : toc.entries()) {
      entries.put(entry.dumpId(), entry);
      if (TableClosure.isAboutTheArchive(entry)) {
        always.add(entry.dumpId());
      } else if (isOfLargeObjects(entry) && wanted.contains(entry.dumpId())) {
        objects.add(entry.dumpId());
      }
    }
    List<DumpBlock> tables = new ArrayList<>();
    long objectBytes = 0;
    for (DumpBlock block : blocks) {
      if (objects.contains(block.dumpId())) {
        objectBytes += block.length();
      } else if (wanted.contains(block.dumpId()) && entries.containsKey(block.dumpId())) {
        tables.add(block);
      }
    }
    List<Batch> batches = new ArrayList<>(pack(tables, always, jobs));
    if (!objects.isEmpty()) {
      objects.addAll(always);
      batches.add(new Batch(Set.copyOf(objects), objectBytes, 0));
    }
    batches.sort(Comparator.comparingLong(Batch::bytes).reversed());
    return batches;
  }

  private static List<Batch> pack(List<DumpBlock> tables, Set<Integer> always, int jobs) {
    long total = tables.stream().mapToLong(DumpBlock::length).sum();
    long enough = Math.min(ENOUGH, Math.max(1, total / (4L * jobs)));
    tables.sort(Comparator.comparingLong(DumpBlock::length).reversed());
    List<Batch> batches = new ArrayList<>();
    Set<Integer> ids = new HashSet<>(always);
    long bytes = 0;
    int count = 0;
    for (DumpBlock table : tables) {
      ids.add(table.dumpId());
      bytes += table.length();
      count++;
      if (bytes >= enough || count == MOST_TABLES) {
        batches.add(new Batch(Set.copyOf(ids), bytes, count));
        ids = new HashSet<>(always);
        bytes = 0;
        count = 0;
      }
    }
    if (count > 0) {
      batches.add(new Batch(Set.copyOf(ids), bytes, count));
    }
    return batches;
  }

  /** Their definitions, data, owners, grants and comments. */
  static boolean isOfLargeObjects(DumpEntry entry) {
    return LARGE_OBJECTS.contains(entry.kind())
        || entry.tag().startsWith(ABOUT_LARGE_OBJECTS + " ")
        || entry.tag().startsWith(ABOUT_LARGE_OBJECTS + "S ");
  }
}
