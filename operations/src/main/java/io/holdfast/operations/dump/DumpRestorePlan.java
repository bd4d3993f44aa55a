package io.holdfast.operations.dump;

import io.holdfast.postgres.ClientPrograms;
import io.holdfast.postgres.DatabaseFigures;
import io.holdfast.postgres.DumpBlock;
import io.holdfast.postgres.DumpToc;
import io.holdfast.vocabulary.ByteSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A restore that has been looked at and not begun.
 *
 * @param toc with the texts that are needed
 * @param wanted entries
 * @param figures of what the database held
 * @param sameMajor whether source and target write definitions alike
 * @param scratchName of the database until it is whole; the real one if it is there already
 */
public record DumpRestorePlan(
    StoredDump dump,
    DumpRestoreRequest request,
    DumpToc toc,
    Set<Integer> wanted,
    List<DumpBlock> blocks,
    DatabaseFigures figures,
    Optional<GlobalsScript> globals,
    ClientPrograms programs,
    String serverVersion,
    boolean sameMajor,
    String scratchName) {
  /** For people, before it begins. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "database "
            + dump.database().name()
            + " of backup "
            + dump.backup()
            + " ("
            + ByteSize.format(dump.database().bytes())
            + ", "
            + blocks.size()
            + " tables) into "
            + (request.existing() ? "the existing" : "a new")
            + " database "
            + request.into());
    lines.add(
        "from PostgreSQL "
            + toc.header().serverVersion()
            + " to "
            + serverVersion
            + ", by pg_restore "
            + programs.version()
            + ", "
            + request.jobs()
            + " at once");
    if (request.existing()) {
      lines.add(
          request.properties()
              ? "the database gets the settings, grants, comment and limits of the one that was dumped"
              : "the database's own settings, grants, comment and limits stay as they are");
    }
    globals.ifPresent(script ->
        lines.add(
            "first of its "
                + script.roles().size()
                + " roles and "
                + script.tablespaces().size()
                + " tablespaces those that are missing"));
    return lines;
  }
}
