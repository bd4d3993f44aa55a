package io.holdfast.operations.runbook;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a runbook has an answer to, and a drill rehearses. */
public enum Disaster {
  LOST_HOST("lost-host", "The host is gone, the repository is there"),
  LOST_DISK("lost-disk", "The disk of the database is gone, the host is there"),
  LOST_REGION("lost-region", "The first site is gone too"),
  DROPPED_TABLE("dropped-table", "A table was dropped, or rows were deleted or overwritten"),
  RANSOMWARE("ransomware", "Somebody encrypted or deleted databases and backups");

  private final String word;
  private final String title;

  Disaster(String word, String title) {
    this.word = word;
    this.title = title;
  }

  /** As it is written on the command line. */
  public String word() {
    return word;
  }

  /** The heading of its section. */
  public String title() {
    return title;
  }

  public static Optional<Disaster> of(String word) {
    return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
  }

  /** All of them, for a sentence. */
  public static String words() {
    return Arrays.stream(values()).map(Disaster::word).collect(Collectors.joining(", "));
  }
}
