package io.holdfast.api.answer;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Some of many, and how to ask for those behind them.
 *
 * @param next null if there are none
 */
record Page<T>(List<T> items, @Nullable String next) {
  private static final int USUAL = 50;
  private static final int MOST = 200;

  /**
   * @param all in the order of their keys
   * @param key of each its own
   */
  static <T> Page<T> of(
      List<T> all, Function<T, String> key, Comparator<String> order, Asked asked) {
    int limit = Math.min(MOST, asked.said(Parameter.LIMIT).map(Integer::parseInt).orElse(USUAL));
    List<T> behind =
        asked
            .said(Parameter.CURSOR)
            .map(cursor ->
                all.stream().filter(each -> order.compare(key.apply(each), cursor) > 0).toList())
            .orElse(all);
    List<T> items = behind.subList(0, Math.min(limit, behind.size()));
    return new Page<>(
        List.copyOf(items), items.size() < behind.size() ? key.apply(items.getLast()) : null);
  }
}
