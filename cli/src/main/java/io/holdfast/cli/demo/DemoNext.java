package io.holdfast.cli.demo;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.operations.restore.RestoreResult;
import java.nio.file.Path;
import java.util.List;

/** What to try after the demo. */
final class DemoNext {
  private DemoNext() {}

  static List<String> commands(String holdfast) {
    return List.of(
        "Try next:",
        "  " + holdfast + " demo --keep           leave everything running and look around",
        "  "
            + holdfast
            + " init                  set up your own server: README.md, 'The first ten minutes'",
        "  " + holdfast + " backup CLUSTER        the first real backup",
        "  " + holdfast + " restore CLUSTER --to DIR --at TIME --start");
  }

  static String settings(Path base, EmbeddedPostgres live) {
    return """
    repository:
      path: %1$s/repository
      key:
        passphrase-file: %1$s/passphrase
    clusters:
      shop:
        connection: "%2$s"
        data-directory: %3$s
        bin-directory: %4$s
    """
        .formatted(base, live.conninfo(), live.dataDirectory(), live.binaries().directory());
  }

  static List<String> lookAround(
      Path installation, Path base, EmbeddedPostgres live, RestoreResult.Started copy) {
    String holdfast = installation.resolve("bin/holdfast") + " --config " + base + "/holdfast.yaml";
    return List.of(
        "Everything is left running below " + base + ":",
        "  the shop after the accident    psql \"" + shop(live.conninfo()) + "\"",
        "  the recovered copy             psql \"" + shop(copy.connection()) + "\"",
        "Look around:",
        "  " + holdfast + " status",
        "  " + holdfast + " backups list",
        "  " + holdfast + " wal list",
        "  " + holdfast + " verify --read-data",
        "  " + holdfast + " restore shop --to " + base + "/again --at latest --dry-run",
        "When done:",
        "  kill -INT " + live.pid() + " " + copy.pid(),
        "  while [ -e "
            + live.dataDirectory()
            + "/postmaster.pid ] || [ -e "
            + base
            + "/restored/postmaster.pid ]; do sleep 0.1; done",
        "  rm -r " + base + " " + live.socketDirectory());
  }

  private static String shop(String conninfo) {
    return conninfo.replace("dbname=postgres", "dbname=shop");
  }
}
