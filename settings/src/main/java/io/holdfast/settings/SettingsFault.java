package io.holdfast.settings;

/**
 * One thing wrong with the file.
 *
 * @param line from 1
 * @param column from 1
 * @param option as {@code clusters.main.backup.jobs}; empty for the file as a whole
 */
public record SettingsFault(int line, int column, String option, String message) {
  /** {@code 12:5: clusters.main.backup.jobs: expected …}. */
  @Override
  public String toString() {
    return line + ":" + column + ": " + (option.isEmpty() ? "" : option + ": ") + message;
  }
}
