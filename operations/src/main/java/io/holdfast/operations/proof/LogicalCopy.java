package io.holdfast.operations.proof;

import io.holdfast.operations.dump.DumpRestore;
import io.holdfast.operations.dump.DumpRestorePlan;
import io.holdfast.operations.dump.DumpRestoreRequest;
import io.holdfast.operations.dump.DumpRestoreResult;
import io.holdfast.operations.dump.GlobalsPolicy;
import io.holdfast.operations.dump.LogicalBackup;
import io.holdfast.operations.dump.StoredDump;
import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.DumpTarget;
import io.holdfast.postgres.Programs;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** A new server with all databases of a logical backup. */
final class LogicalCopy {
  /** initdb makes these; what a backup has of them is restored beside. */
  private static final Set<String> MADE = Set.of("postgres", "template0", "template1");

  private static final Duration UNTIL_UP = Duration.ofMinutes(5);

  /** Only names the socket: the server listens on no port. */
  private static final int LOWEST_PORT = 20_000;

  private static final int HIGHEST_PORT = 60_000;

  private final ClusterArchive archive;
  private final BackupId id;
  private final ProofRequest request;
  private final InstantSource clock;

  LogicalCopy(ClusterArchive archive, BackupId id, ProofRequest request, InstantSource clock) {
    this.archive = archive;
    this.id = id;
    this.request = request;
    this.clock = clock;
  }

  /**
   * @param names of the restored databases, by those that they had
   */
  record Up(
      Programs.RunningServer server,
      ConnectionSettings connection,
      Map<String, String> names,
      List<DumpRestoreResult> results,
      String version) {}

  Up make(Scratch scratch, Ledger ledger, Progress progress) {
    LogicalDetails details = LogicalDetails.of(archive.open(id).manifest());
    Programs programs = programs(details);
    requireRoom(scratch, details);
    Instant begin = clock.instant();
    int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
    Programs.RunningServer server = start(programs, scratch, port);
    ledger.recovery("server", Duration.between(begin, clock.instant()));
    ConnectionSettings connection =
        new ConnectionSettings(
            Map.of(
                "host",
                scratch.data().toString(),
                "port",
                Integer.toString(port),
                "user",
                SUPERUSER,
                "dbname",
                "postgres"));
    List<DumpRestoreResult> rehearsed =
        request
            .drill()
            .map(drill -> new Rehearsal(drill, scratch, ledger, clock, progress).load(connection))
            .orElse(List.of());
    return rehearsed.isEmpty()
        ? load(server, connection, programs, ledger, progress)
        : loaded(server, connection, rehearsed, programs);
  }

  /** No name that the globals of a backup may bring. */
  private static final String SUPERUSER = "holdfast_prove";

  private Programs programs(LogicalDetails details) {
    int major = details.server().major();
    for (int each = major; each <= NEWEST; each++) {
      Optional<Programs> found = Programs.find(each, request.programs());
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw new CouldNotVerifyException(
        "no server programs of PostgreSQL "
            + major
            + " or newer are on this machine: install postgresql-"
            + major
            + ", or name their place with bin-directory");
  }

  private static final int NEWEST = 18;

  private static void requireRoom(Scratch scratch, LogicalDetails details) {
    long needed = details.databases().stream().mapToLong(d -> d.bytes()).sum() * 2;
    try {
      long free = Files.getFileStore(scratch.data().resolveSibling("")).getUsableSpace();
      if (free < needed) {
        throw new CouldNotVerifyException(
            "the copy may need "
                + ByteSize.format(needed)
                + ", and "
                + scratch.data().resolveSibling("")
                + " has "
                + ByteSize.format(free)
                + " free: name another place with --scratch");
      }
    } catch (IOException e) {
      throw new CouldNotVerifyException("the room for a copy could not be measured: " + e);
    }
  }

  private static Programs.RunningServer start(Programs programs, Scratch scratch, int port) {
    try {
      programs.create(
          scratch.makeData(),
          List.of(
              "--username=" + SUPERUSER,
              "--auth=trust",
              "--encoding=UTF8",
              "--locale=C",
              "--no-sync"));
      scratch.append(
          "data/postgresql.auto.conf",
          "listen_addresses = ''\nunix_socket_directories = '"
              + scratch.data()
              + "'\nport = "
              + port
              + "\nautovacuum = off\nmax_logical_replication_workers = 0\nlc_messages = 'C'\n"
              + "max_wal_size = 2GB\n");
      return programs.start(
          scratch.data(), scratch.file("server.log"), UNTIL_UP, Programs.Standing.BEHIND);
    } catch (HoldfastException e) {
      throw new CouldNotVerifyException("no server for the copy came up: " + e.getMessage());
    }
  }

  private Up loaded(
      Programs.RunningServer server,
      ConnectionSettings connection,
      List<DumpRestoreResult> results,
      Programs programs) {
    Map<String, String> names = new LinkedHashMap<>();
    results.forEach(each -> names.put(each.database(), each.into()));
    for (DumpRestoreResult result : results) {
      if (!result.backup().equals(id.text())) {
        throw new CouldNotVerifyException(
            "the runbook's commands loaded backup " + result.backup() + ", a newer one");
      }
    }
    return new Up(server, connection, names, results, programs.version());
  }

  private Up load(
      Programs.RunningServer server,
      ConnectionSettings connection,
      Programs programs,
      Ledger ledger,
      Progress progress) {
    LogicalBackup backup = LogicalBackup.open(archive, id);
    Map<String, String> names = new LinkedHashMap<>();
    List<DumpRestoreResult> results = new ArrayList<>();
    boolean first = true;
    for (StoredDump dump : backup.dumps()) {
      String name = dump.database().name();
      String into = MADE.contains(name) ? name + "_restored" : name;
      requireExtensions(dump, connection);
      Optional<byte[]> globals = backup.globals();
      DumpRestore restore =
          new DumpRestore(
              dump,
              asked(
                  connection,
                  into,
                  first && globals.isPresent() ? GlobalsPolicy.UPDATE : GlobalsPolicy.NONE),
              clock);
      Instant begin = clock.instant();
      DumpRestorePlan plan = restore.plan(globals);
      DumpRestoreResult result = restore.run(plan, progress);
      ledger.recovery("load " + name, Duration.between(begin, clock.instant()));
      names.put(name, into);
      results.add(result);
      first = false;
    }
    return new Up(server, connection, names, results, programs.version());
  }

  private static void requireExtensions(StoredDump dump, ConnectionSettings connection) {
    try (DumpTarget server = DumpTarget.connect(connection)) {
      Set<String> there = server.availableExtensions().keySet();
      List<String> missing =
          dump.figures().extensions().stream()
              .map(each -> each.name())
              .filter(name -> !there.contains(name))
              .toList();
      if (!missing.isEmpty()) {
        throw new CouldNotVerifyException(
            "this machine's PostgreSQL has no extension "
                + String.join(", ", missing)
                + ", which database "
                + dump.database().name()
                + " needs: install its package");
      }
    }
  }

  private DumpRestoreRequest asked(
      ConnectionSettings connection, String into, GlobalsPolicy globals) {
    return new DumpRestoreRequest(
        connection,
        into,
        false,
        globals,
        true,
        true,
        false, // they lie where those of the source do
        true,
        request.jobs(),
        request.programs(),
        false);
  }

  /** What the comparisons established. */
  static String compared(Up copy, Ledger ledger) {
    long tables = 0;
    long rows = 0;
    long checksums = 0;
    for (DumpRestoreResult result : copy.results()) {
      tables += result.compared();
      rows += result.rows();
      checksums += result.checksums();
      for (String difference : result.differences()) {
        ledger.finding(FindingCode.CONTENT_DIFFERS, "database " + result.database(), difference);
      }
    }
    return String.format(
        Locale.ROOT,
        "%,d rows in %,d tables as they were counted in the dump's snapshot%s",
        rows,
        tables,
        checksums == 0 ? "" : String.format(Locale.ROOT, ", %,d by their content", checksums));
  }
}
