package io.holdfast.operations.backup;

import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.ServerSession;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the server says it holds. Asked before anything is copied: an answer that cannot be read
 * must not cost a finished copy.
 */
record ServerContent(
    List<ServerSession.Database> databases,
    List<ServerSession.Tablespace> tablespaces,
    Map<String, String> extensions,
    List<ServerSession.Setting> settings) {
  static ServerContent of(ServerSession session) {
    return new ServerContent(
        session.databases(), session.tablespaces(), session.extensions(), session.settings());
  }

  /**
   * @throws PostgresException if something was done during the backup that its restores would not
   *     survive
   */
  void refuseChanges(ServerSession session) {
    refuseCreated(session.tablespaces());
    refuseMoved(session.databases());
  }

  /**
   * Every restore replays the tablespaces that were created during its backup at the place they
   * were created at, whatever place it was told (tblspc_redo in tablespace.c): on the same machine
   * that is among the files of the running server. Those inside the data directory harm nobody.
   */
  private void refuseCreated(List<ServerSession.Tablespace> now) {
    Set<Integer> before = new HashSet<>();
    tablespaces.forEach(each -> before.add(each.oid()));
    for (ServerSession.Tablespace each : now) {
      if (!before.contains(each.oid()) && !each.location().isEmpty()) {
        throw new PostgresException(
            "could not finish the backup: expected the tablespaces it began with, found that "
                + each.name()
                + " was created meanwhile at "
                + each.location(),
            "Start it again. Every restore of this one would create that tablespace at the same"
                + " place, where the running server has it.",
            null);
      }
    }
  }

  /**
   * Recovery repeats the move of a database by copying its directory once more, over what the
   * backup has at the new place; and takes an empty one if the backup did not find the old one any
   * more (dbase_redo in dbcommands.c). The database would be gone.
   */
  private void refuseMoved(List<ServerSession.Database> now) {
    Map<Integer, Integer> before = new HashMap<>();
    databases.forEach(each -> before.put(each.oid(), each.tablespace()));
    for (ServerSession.Database each : now) {
      if (before.getOrDefault(each.oid(), each.tablespace()) != each.tablespace()) {
        throw new PostgresException(
            "could not finish the backup: expected the databases where it found them, found that "
                + each.name()
                + " was moved to another tablespace meanwhile",
            "Start it again. A restore of this one would lose that database.",
            null);
      }
    }
  }
}
