package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.RecoveryMinimums;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a segment, or a part of one, tells about itself. Kept as attributes of its object.
 *
 * @param majorVersion of the server that wrote it
 * @param firstCommit of the first transaction that ends in it, by commit or abort: what
 *     recovery_target_time is compared with (xlogrecovery.c)
 * @param lastCommit of the last one; such times need not ascend, this is the latest
 * @param validUpTo end of the last whole record
 * @param minimums of the settings that changed in it, the largest
 */
public record WalFacts(
    int majorVersion,
    Optional<Instant> firstCommit,
    Optional<Instant> lastCommit,
    Optional<Lsn> validUpTo,
    Optional<RecoveryMinimums> minimums) {
  private static final String MAJOR = "major-version";
  private static final String FIRST = "first-commit";
  private static final String LAST = "last-commit";
  private static final String VALID = "valid-up-to";
  private static final String MINIMUMS = "recovery-minimums";

  /** Of WAL in which no setting changed. */
  public WalFacts(
      int majorVersion,
      Optional<Instant> firstCommit,
      Optional<Instant> lastCommit,
      Optional<Lsn> validUpTo) {
    this(majorVersion, firstCommit, lastCommit, validUpTo, Optional.empty());
  }

  Map<String, String> attributes() {
    Map<String, String> attributes = new HashMap<>();
    attributes.put(MAJOR, Integer.toString(majorVersion));
    firstCommit.ifPresent(t -> attributes.put(FIRST, t.toString()));
    lastCommit.ifPresent(t -> attributes.put(LAST, t.toString()));
    validUpTo.ifPresent(l -> attributes.put(VALID, l.toString()));
    minimums.ifPresent(m -> attributes.put(MINIMUMS, text(m)));
    return attributes;
  }

  private static String text(RecoveryMinimums m) {
    return m.connections()
        + " "
        + m.workerProcesses()
        + " "
        + m.walSenders()
        + " "
        + m.preparedTransactions()
        + " "
        + m.locksPerTransaction();
  }

  private static RecoveryMinimums minimums(String text) {
    int[] values = Stream.of(text.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    return new RecoveryMinimums(values[0], values[1], values[2], values[3], values[4]);
  }

  static WalFacts of(Map<String, String> attributes) {
    return new WalFacts(
        Integer.parseInt(attributes.getOrDefault(MAJOR, "0")),
        Optional.ofNullable(attributes.get(FIRST)).map(Instant::parse),
        Optional.ofNullable(attributes.get(LAST)).map(Instant::parse),
        Optional.ofNullable(attributes.get(VALID)).map(Lsn::parse),
        Optional.ofNullable(attributes.get(MINIMUMS)).map(WalFacts::minimums));
  }

  /** Facts of these bytes together with those that follow them. */
  WalFacts and(WalFacts later) {
    return new WalFacts(
        Math.max(majorVersion, later.majorVersion),
        firstCommit.or(later::firstCommit),
        latest(lastCommit, later.lastCommit),
        later.validUpTo.or(() -> validUpTo),
        Stream.concat(minimums.stream(), later.minimums.stream()).reduce(RecoveryMinimums::and));
  }

  private static Optional<Instant> latest(Optional<Instant> one, Optional<Instant> other) {
    return one.isEmpty() || (other.isPresent() && other.get().isAfter(one.get())) ? other : one;
  }
}
