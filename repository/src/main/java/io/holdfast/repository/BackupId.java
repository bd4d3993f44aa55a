package io.holdfast.repository;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Names one backup of a cluster: UTC second and four random letters, {@code 20261122T081700Z-k3f9}.
 * Sorts by time for people; nothing relies on that order, since clocks jump.
 */
public record BackupId(String text) implements Comparable<BackupId> {
  private static final Pattern RULE = Pattern.compile("\\d{8}T\\d{6}Z-[a-z0-9]{4}");
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int SECOND_LENGTH = "20261122T081700Z".length();
  private static final int ATTEMPTS = 100_000;
  private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

  public BackupId {
    if (!RULE.matcher(text).matches()) {
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
   * As above; of two backups of the same second the later one sorts behind, for it is the newest to
   * whoever looks at the ids. (Four letters leave room for more of them than a second has.)
   */
  public static BackupId next(Instant now, RandomGenerator random, Optional<BackupId> newest) {
    BackupId id = next(now, random);
    for (int i = 0; i < ATTEMPTS && newest.filter(id::isBefore).isPresent(); i++) {
      id = next(now, random);
    }
    return id;
  }

  private boolean isBefore(BackupId other) {
    return text.regionMatches(0, other.text, 0, SECOND_LENGTH) && compareTo(other) <= 0;
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
