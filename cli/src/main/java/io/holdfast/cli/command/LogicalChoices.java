package io.holdfast.cli.command;

import io.holdfast.operations.dumping.LogicalRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What can be said of a logical backup, and of no other. */
final class LogicalChoices {
  @Option(
      names = "--database",
      paramLabel = "PATTERN",
      description =
          "Logical only: dump this database, or those that a pattern with * and ? means. May be"
              + " repeated (default: as configured, or all but templates).")
  private List<String> databases = new ArrayList<>();

  @Option(
      names = "--exclude",
      paramLabel = "PATTERN",
      description = "Logical only: leave these databases out. May be repeated.")
  private List<String> exclude = new ArrayList<>();

  @Option(
      names = "--checksums",
      description =
          "Logical only: sum up the content of each table, to be compared after a restore.")
  private boolean checksums;

  @Option(
      names = "--no-role-passwords",
      description = "Logical only: save roles without their passwords.")
  private boolean noRolePasswords;

  /** One of them that was given. */
  Optional<String> given() {
    if (!databases.isEmpty()) {
      return Optional.of("--database");
    }
    if (!exclude.isEmpty()) {
      return Optional.of("--exclude");
    }
    if (checksums) {
      return Optional.of("--checksums");
    }
    return noRolePasswords ? Optional.of("--no-role-passwords") : Optional.empty();
  }

  void applyTo(LogicalRequest.Change change) {
    if (!databases.isEmpty()) {
      change.databases = databases;
    }
    if (!exclude.isEmpty()) {
      change.exclude = exclude;
    }
    change.checksums |= checksums;
    change.rolePasswords &= !noRolePasswords;
  }
}
