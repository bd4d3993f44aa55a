package io.holdfast.repository;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Names one backup of a cluster: UTC second and four random letters, {@code 20261122T081700Z-k3f9}.
 * Sorts by time for people; no decision relies on that order, since clocks jump.
 */
public record BackupId(String text) implements Comparable<BackupId> {
  private static final Pattern RULE = Pattern.compile("\\d{8}T\\d{6}Z-[a-z0-9]{4}");
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int SECOND_LENGTH = "20261122T081700Z".length();
  private static final int DRAWS = 1000;
  private static final Duration NEAR = Duration.ofSeconds(10);
  private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

  public BackupId {
    if (!RULE.matcher(text).matches() || !beginsWithATime(text)) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "'" + text + "' is not a backup id",
          "`holdfast backups list` shows the ids.");
    }
  }

  public static BackupId next(Instant now, RandomGenerator random) {
    StringBuilder id = new StringBuilder(SECOND.format(now)).append('-');
    for (int i = 0; i < 4; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return new BackupId(id.toString());
  }

  /**
   * As above; of two backups of about the same second the later one sorts behind, for it is the
   * newest to whoever looks at the ids. The least of many draws is taken, to leave room for those
   * to come; a second that is full is followed by the next one.
   */
  public static BackupId next(Instant now, RandomGenerator random, Optional<BackupId> newest) {
    Optional<BackupId> before =
        newest.filter(id -> Duration.between(id.second(), now).abs().compareTo(NEAR) < 0);
    if (before.isEmpty()) {
      return next(now, random);
    }
    Instant second = before.get().second().isAfter(now) ? before.get().second() : now;
    return Stream.generate(() -> next(second, random))
        .limit(DRAWS)
        .filter(id -> id.compareTo(before.get()) > 0)
        .min(Comparator.naturalOrder())
        .orElseGet(() -> next(second.plusSeconds(1), random));
  }

  /** When it was named, by the clock of whoever did. */
  public Instant second() {
    return secondOf(text);
  }

  private static boolean beginsWithATime(String text) {
    try {
      secondOf(text);
      return true;
    } catch (DateTimeException _) {
      return false;
    }
  }

  private static Instant secondOf(String text) {
    return SECOND.parse(text.substring(0, SECOND_LENGTH), Instant::from);
  }

  @Override
  public int compareTo(BackupId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
