package io.holdfast.settings;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * Which backups are proven by themselves, how often, and how far.
 *
 * @param every how long after one proof the next one is due
 * @param window when proofs may begin; empty for always
 * @param within how old a backup may be that is chosen; empty for any age
 * @param kinds of backups; empty for one of each kind that there is
 * @param level a rung of the ladder, by its word
 * @param at what a physical copy is recovered to, as 'prove --at' has it
 */
public record PlanSettings(
    String name,
    Duration every,
    Optional<Window> window,
    Selection backup,
    Optional<Duration> within,
    List<Kind> kinds,
    Level level,
    Optional<String> site,
    Optional<String> at,
    Optional<Duration> budget) {
  /** Which of the backups of a kind. */
  public enum Selection {
    NEWEST,
    RANDOM,
    OLDEST
  }

  public enum Kind {
    PHYSICAL,
    LOGICAL,
    FILES
  }

  public enum Level {
    STORED,
    INTACT,
    RESTORED,
    SOUND,
    EQUAL
  }

  /**
   * A time of each day.
   *
   * @param to not in it; of the next day if it is before {@code from}
   */
  public record Window(LocalTime from, LocalTime to, ZoneId zone) {}
}
