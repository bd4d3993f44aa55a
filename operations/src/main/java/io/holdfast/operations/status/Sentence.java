package io.holdfast.operations.status;

import io.holdfast.operations.wal.WalGap;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Says what can be restored. */
final class Sentence {
  private static final int NAMED = 3;

  private Sentence() {}

  static String of(ClusterStatus status) {
    List<RecoverableWindow> windows = status.windows();
    if (windows.isEmpty()) {
      return status.backups() == 0
          ? "nothing can be restored: there is no backup"
          : "nothing can be restored to a moment: no physical backup has its WAL";
    }
    List<RecoverableWindow> main = mainPath(windows);
    StringBuilder text =
        new StringBuilder("restorable from ")
            .append(time(main.getFirst().from()))
            .append(" to ")
            .append(time(main.getLast().to()));
    List<String> exceptions = new ArrayList<>();
    for (int i = 1; i < main.size(); i++) {
      exceptions.add(exception(main.get(i - 1), main.get(i)));
    }
    if (!exceptions.isEmpty()) {
      text.append(", except ").append(String.join("; and ", exceptions));
    }
    return text.toString();
  }

  /** Windows of the newest server's newest timeline, which come last. */
  private static List<RecoverableWindow> mainPath(List<RecoverableWindow> windows) {
    RecoverableWindow last = windows.getLast();
    return windows.stream()
        .filter(w -> w.systemIdentifier() == last.systemIdentifier() && w.path() == last.path())
        .toList();
  }

  private static String exception(RecoverableWindow before, RecoverableWindow after) {
    List<String> names = after.missingBefore().stream().limit(NAMED).map(WalGap::toString).toList();
    String more =
        after.missingBefore().size() > NAMED
            ? " and " + (after.missingBefore().size() - NAMED) + " more gaps"
            : "";
    return "from "
        + time(before.to())
        + " to "
        + time(after.from())
        + (names.isEmpty() ? "" : " (missing: " + String.join(", ", names) + more + ")");
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS).toString().replace('T', ' ');
  }
}
