package io.holdfast.operations.dumping;

import io.holdfast.operations.dumping.PieceTable.Place;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds pieces of an earlier archive of the same database. Of its parts only those near the one in
 * which the last piece was found are held: pg_dump writes tables in the same order every day.
 */
final class EarlierArchive {
  /** The one before, the one itself, and two behind. */
  private static final int BEHIND = 2;

  private final int parts;
  private final IntFunction<PieceTable> load;
  private final Map<Integer, PieceTable> held = new HashMap<>();
  private int near = 1;

  /**
   * @param parts how many there are, numbered from 1
   */
  EarlierArchive(int parts, IntFunction<PieceTable> load) {
    this.parts = parts;
    this.load = load;
  }

  static EarlierArchive none() {
    return new EarlierArchive(0, part -> PieceTable.empty());
  }

  @Nullable Place find(byte[] hash, int length) {
    for (int i = 0; i <= BEHIND + 1; i++) {
      // Itself, then those behind it, then the one before.
      int part = i <= BEHIND ? near + i : near - 1;
      if (part >= 1 && part <= parts) {
        Place place = table(part).find(hash, length);
        if (place != null) {
          moveTo(part);
          return place;
        }
      }
    }
    return null;
  }

  private PieceTable table(int part) {
    return held.computeIfAbsent(part, load::apply);
  }

  private void moveTo(int part) {
    if (part != near) {
      near = part;
      held.keySet().removeIf(other -> other < near - 1 || other > near + BEHIND);
    }
  }
}
