package io.holdfast.operations.dump;

import io.holdfast.postgres.ConnectionSettings;
import java.nio.file.Path;
import java.util.List;

/**
 * How a dump is to be restored.
 *
 * @param server the server, through any of its databases
 * @param into name of the database; a new one, unless {@code existing}
 * @param existing restore into a database that is there
 * @param owners give everything its owner, else all belongs to whoever restores
 * @param privileges grant what was granted
 * @param tablespaces put everything into its tablespace, else into the default one
 * @param analyze have the planner's statistics gathered afterwards
 * @param programs where PostgreSQL's own programs are looked for first
 * @param properties give an existing database the settings, grants and comment of the one that was
 *     dumped; a new one has them in any case
 */
public record DumpRestoreRequest(
    ConnectionSettings server,
    String into,
    boolean existing,
    GlobalsPolicy globals,
    boolean owners,
    boolean privileges,
    boolean tablespaces,
    boolean analyze,
    int jobs,
    List<Path> programs,
    boolean properties) {
  public DumpRestoreRequest {
    programs = List.copyOf(programs);
  }

  boolean setsProperties() {
    return properties || !existing;
  }

  ConnectionSettings database(String name) {
    return server.with("dbname", name);
  }
}
