package io.holdfast.operations.proof;

import io.holdfast.operations.restore.Landmarks;
import io.holdfast.operations.restore.Landmarks.Landmark;
import io.holdfast.postgres.CopySession;
import io.holdfast.postgres.CopySession.Fate;
import java.util.Optional;

/** Whether a recovery ended where it was to: what came before is there, what came after is not. */
final class Boundary {
  private final Landmarks landmarks;
  private final Ledger ledger;

  Boundary(Landmarks landmarks, Ledger ledger) {
    this.landmarks = landmarks;
    this.ledger = ledger;
  }

  /**
   * @return what is established, in words that go on a sentence; "" if there is nothing to see it
   *     by
   */
  String check(CopySession copy) {
    return landmarks.before().flatMap(mark -> before(copy, mark)).orElse("")
        + landmarks.after().flatMap(mark -> after(copy, mark)).orElse("");
  }

  private Optional<String> before(CopySession copy, Landmark mark) {
    Fate fate = copy.fateOf(mark.xid());
    if (fate == Fate.UNKNOWN) {
      return Optional.empty();
    }
    if (fate == Fate.NOT_COMMITTED) {
      ledger.finding(
          FindingCode.TRANSACTION_MISSING,
          words(mark),
          "expected to be in the copy, for it committed before the target; it is not");
    }
    return Optional.of(", " + words(mark) + " is there");
  }

  private Optional<String> after(CopySession copy, Landmark mark) {
    Fate fate = copy.fateOf(mark.xid());
    if (fate == Fate.UNKNOWN) {
      return Optional.empty();
    }
    if (fate == Fate.COMMITTED) {
      ledger.finding(
          FindingCode.TRANSACTION_BEYOND,
          words(mark),
          "expected not to be in the copy, for it committed after the target; it is there");
    }
    return Optional.of(", " + words(mark) + " is not, as it is to be");
  }

  private static String words(Landmark mark) {
    return "transaction " + mark.xid() + " of " + mark.time();
  }
}
