package io.holdfast.operations.dump;

import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpTarget;
import io.holdfast.postgres.DumpToc;
import io.holdfast.postgres.SqlToken;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What has to be there for a dump to be restored, looked for before anything is touched; all that
 * is missing is said at once.
 */
final class DumpPremises {
  private final DumpTarget server;
  private final DumpRestoreRequest request;
  private final DumpToc toc;
  private final Set<Integer> wanted;
  private final Lacking lacking = new Lacking();

  /**
   * @param toc with the texts of {@link #isRead}
   */
  DumpPremises(DumpTarget server, DumpRestoreRequest request, DumpToc toc, Set<Integer> wanted) {
    this.server = server;
    this.request = request;
    this.toc = toc;
    this.wanted = wanted;
  }

  /** Whether the definition of an entry is looked at. */
  static boolean isRead(DumpEntry entry) {
    return switch (entry.kind()) {
      case "DATABASE", "DATABASE PROPERTIES", "ACL", "DEFAULT ACL", "POLICY", "COMMENT" -> true;
      case "SCHEMA", "EXTENSION", "BLOB METADATA" -> true;
      default -> false;
    };
  }

  /**
   * @param globals that are restored first, if they are
   * @param bytes of the archive
   * @throws HoldfastException (refused) with all that is missing
   */
  void check(Optional<GlobalsScript> globals, String scratchName, long bytes) {
    checkServer();
    checkNames(scratchName);
    checkExtensions();
    checkRoles(globals);
    checkTablespaces(globals);
    checkSpace(bytes);
    lacking.refuse(
        "could not restore database " + toc.header().database() + " into " + request.into());
  }

  private void lacks(String what, String hint) {
    lacking.add(what, hint);
  }

  private void checkServer() {
    DumpTarget.Facts facts = server.facts();
    int source = DumpGet.major(toc.header().serverVersion());
    if (facts.major() < source) {
      lacks(
          "the server is PostgreSQL " + facts.major() + " and the dump of " + source,
          "Restore into a server of version " + source + " or newer.");
    }
    if (facts.inRecovery()) {
      lacks("the server is a standby", "Restore on its primary.");
    }
    if (!request.existing() && !facts.mayCreateDatabases()) {
      lacks(
          "role " + facts.role() + " may not create databases",
          "ALTER ROLE " + SqlToken.quoted(facts.role()) + " CREATEDB;");
    }
  }

  private void checkNames(String scratchName) {
    boolean there = server.hasDatabase(request.into());
    if (request.existing() && !there) {
      lacks("there is no database " + request.into(), "Leave out --existing to have it made.");
    } else if (!request.existing() && there) {
      lacks(
          "there is a database " + request.into() + " already",
          "Choose another name with --into, or say --existing to restore into that one.");
    } else if (request.existing()) {
      checkObjects();
    } else if (server.hasDatabase(scratchName)) {
      lacks(
          "a restore that was killed has left " + scratchName,
          "Remove it: DROP DATABASE " + SqlToken.quoted(scratchName) + ";");
    }
  }

  /** What is in an existing database stays; what would clash with it is refused. */
  private void checkObjects() {
    List<String> clashing;
    try (DumpTarget database = DumpTarget.connect(request.database(request.into()))) {
      clashing =
          new ExistingDatabase(database)
              .clashes(
                  toc.entries().stream().filter(entry -> wanted.contains(entry.dumpId())).toList());
    }
    if (!clashing.isEmpty()) {
      lacks(
          "database " + request.into() + " has " + Lacking.some(clashing) + " already",
          "Restore into a new database.");
    }
  }

  private void checkExtensions() {
    Map<String, String> available = server.availableExtensions();
    List<String> unknown =
        wanted("EXTENSION")
            .map(DumpEntry::tag)
            .filter(name -> !available.containsKey(name))
            .toList();
    if (!unknown.isEmpty()) {
      lacks(
          "the server has no extension " + Lacking.some(unknown),
          "Install the packages of these extensions on the server.");
    }
  }

  private java.util.stream.Stream<DumpEntry> wanted(String kind) {
    return toc.entries().stream()
        .filter(entry -> wanted.contains(entry.dumpId()) && entry.kind().equals(kind));
  }

  private void checkRoles(Optional<GlobalsScript> globals) {
    List<DumpEntry> entries =
        toc.entries().stream().filter(entry -> wanted.contains(entry.dumpId())).toList();
    Set<String> needed = NeededRoles.of(entries, request.owners(), request.privileges());
    if (request.owners() && request.setsProperties()) {
      entries.stream()
          .filter(entry -> entry.kind().equals("DATABASE PROPERTIES"))
          .flatMap(entry -> DatabaseName.statements(entry.definition()).stream())
          .map(DatabaseName.RoleStatement::role)
          .filter(role -> !role.isEmpty())
          .forEach(needed::add);
    }
    needed.removeAll(server.roles());
    globals.ifPresent(script -> needed.removeAll(script.roles()));
    if (!needed.isEmpty()) {
      lacks(
          "the server has no role " + Lacking.some(List.copyOf(needed)),
          "Say --globals to have the roles of the backup made, or --no-owner and --no-privileges to"
              + " do without.");
    }
    checkOwners(entries);
  }

  /**
   * Only who is a member of a role may give it something. An existing database keeps its own owner.
   */
  private void checkOwners(List<DumpEntry> entries) {
    List<DumpEntry> given =
        entries.stream()
            .filter(entry -> !request.existing() || !entry.kind().equals("DATABASE"))
            .toList();
    List<String> strangers = request.owners() ? NeededRoles.strangers(server, given) : List.of();
    if (!strangers.isEmpty()) {
      lacks(
          "role "
              + server.facts().role()
              + " may not give things to "
              + Lacking.some(strangers)
              + ", for it is no member of them",
          "Say --no-owner, or restore as a member of them or as a superuser.");
    }
  }

  private void checkTablespaces(Optional<GlobalsScript> globals) {
    if (!request.tablespaces()) {
      return;
    }
    Set<String> needed = new TreeSet<>();
    toc.entries().stream()
        .filter(entry -> wanted.contains(entry.dumpId()) && !entry.tablespace().isEmpty())
        .forEach(entry -> needed.add(entry.tablespace()));
    needed.removeAll(server.tablespaces());
    globals.ifPresent(script -> needed.removeAll(script.tablespaces()));
    if (!needed.isEmpty()) {
      lacks(
          "the server has no tablespace " + Lacking.some(List.copyOf(needed)),
          "Say --no-tablespaces to put everything into the default one.");
    }
  }

  /** Rows take about as much room in tables as they do as text; indexes come on top. */
  private void checkSpace(long bytes) {
    Optional<Path> data = server.facts().dataDirectory();
    if (data.isEmpty()) {
      return;
    }
    try {
      long free = Files.getFileStore(data.get()).getUsableSpace();
      if (free < bytes) {
        lacks(
            data.get()
                + " has "
                + ByteSize.format(free)
                + " free and the dump is "
                + ByteSize.format(bytes),
            "Make room, or restore on another server.");
      }
    } catch (IOException e) {
      // It is on this machine by name alone, or we may not look: then nobody knows.
    }
  }
}
