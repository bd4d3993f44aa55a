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
          : "nothing can be restored to a moment: no physical backup has all its packs and its WAL";
    }
    List<RecoverableWindow> main = mainPath(windows);
    StringBuilder text =
        new StringBuilder("restorable from ")
            .append(from(main.getFirst()))
            .append(" to ")
            .append(to(main.getLast()));
    List<String> exceptions = new ArrayList<>();
    for (int i = 1; i < main.size(); i++) {
      exceptions.add(exception(main.get(i - 1), main.get(i)));
    }
    if (!exceptions.isEmpty()) {
      text.append(", except ").append(String.join("; and ", exceptions));
    }
    if (!status.missingAfter().isEmpty()) {
      text.append(". Nothing later can be restored until there is a new backup")
          .append(missing(status.missingAfter()));
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
    return "from " + to(before) + " to " + from(after) + missing(after.missingBefore());
  }

  private static String missing(List<WalGap> gaps) {
    List<String> names = gaps.stream().limit(NAMED).map(WalGap::toString).toList();
    String more = gaps.size() > NAMED ? " and " + (gaps.size() - NAMED) + " more gaps" : "";
    return names.isEmpty() ? "" : " (missing: " + String.join(", ", names) + more + ")";
  }

  /** Never earlier than it is: what is said here may be asked for. */
  private static String from(RecoverableWindow window) {
    return text(roundedUp(window.from()));
  }

  /** Never later than it is, unless that is one moment. */
  private static String to(RecoverableWindow window) {
    Instant down = window.to().truncatedTo(ChronoUnit.MILLIS);
    return text(down.isBefore(window.from()) ? roundedUp(window.from()) : down);
  }

  private static Instant roundedUp(Instant instant) {
    Instant down = instant.truncatedTo(ChronoUnit.MILLIS);
    return down.equals(instant) ? down : down.plusMillis(1);
  }

  private static String text(Instant instant) {
    return instant.toString().replace('T', ' ');
  }
}
