package io.holdfast.operations.doctor;

import io.holdfast.postgres.ServerHealth;
import java.util.regex.Pattern;

/**
 * How a server archives its WAL by itself.
 *
 * @param mode archive_mode
 * @param command archive_command
 * @param module archive_library
 */
public record Archiving(String mode, String command, String module) {
  private static final Pattern PUSH =
      Pattern.compile("holdfast(-wal\\b|\\b.*\\bwal\\b).*\\bpush\\b.*%p");

  public static Archiving of(ServerHealth health) {
    return new Archiving(
        health.setting("archive_mode"),
        health.setting("archive_command"),
        health.setting("archive_library"));
  }

  public boolean on() {
    return !mode.isEmpty() && !mode.equals("off");
  }

  /** Whether it is set to push what it finishes into a repository of ours. */
  public boolean pushes() {
    return on() && PUSH.matcher(command).find();
  }

  /** Whether it is on and has nothing to do it with: then WAL stays where it is. */
  boolean idle() {
    return on() && module.isEmpty() && (command.isEmpty() || command.equals("(disabled)"));
  }
}
