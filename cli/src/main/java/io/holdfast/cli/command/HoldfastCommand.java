package io.holdfast.cli.command;

import io.holdfast.repository.BackupId;
import io.holdfast.vocabulary.ExitStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** A command: does its work and says how it went. */
abstract class HoldfastCommand implements Callable<Integer> {
  private final List<String> backups = new ArrayList<>();

  abstract ExitStatus run() throws Exception;

  @Override
  public final Integer call() throws Exception {
    return codeOf(run());
  }

  /** Ours, unless somebody else's habits are to be met. */
  int codeOf(ExitStatus status) {
    return status.code();
  }

  /**
   * What the audit log is told of it, by what was asked for; asked again at its end, when it may
   * turn out that there was nothing to do.
   */
  Deed deed() {
    return Deed.NONE;
  }

  /** A backup that was made, taken out or removed, for the audit log. */
  final void concerns(BackupId backup) {
    backups.add(backup.text());
  }

  final List<String> concerned() {
    return backups;
  }
}
