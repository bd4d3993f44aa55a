package io.holdfast.operations.dump;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands in the way of a restore, gathered so that all of it is said at once. */
final class Lacking {
  /** More names than this do not make a message clearer. */
  private static final int NAMED = 8;

  private final List<String> what = new ArrayList<>();
  private final LinkedHashSet<String> hints = new LinkedHashSet<>();

  void add(String lack, @Nullable String hint) {
    what.add(lack);
    if (hint != null) {
      hints.add(hint);
    }
  }

  /**
   * @param attempt "could not … "
   * @throws HoldfastException (refused) if there is anything
   */
  void refuse(String attempt) {
    if (!what.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          attempt + "; nothing was touched, for " + String.join("; ", what),
          hints.isEmpty() ? null : String.join(" ", hints));
    }
  }

  /** The first of them, and how many more. */
  static String some(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    return names.size() > NAMED ? first + " and " + (names.size() - NAMED) + " more" : first;
  }
}
