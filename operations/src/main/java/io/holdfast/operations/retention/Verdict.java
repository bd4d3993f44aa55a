package io.holdfast.operations.retention;

import java.util.List;

/**
 * Whether a backup is kept.
 *
 * @param reasons every rule that keeps it; or, for each rule, why it does not
 */
public record Verdict(Contender backup, boolean kept, List<String> reasons) {
  public Verdict {
    reasons = List.copyOf(reasons);
  }
}
