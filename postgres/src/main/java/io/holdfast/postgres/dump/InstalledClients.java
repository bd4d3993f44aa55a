package io.holdfast.postgres.dump;

import io.holdfast.postgres.ClientPrograms;
import io.holdfast.postgres.ClientRun;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.programs.ProgramVersion;
import io.holdfast.postgres.session.ClientEnvironment;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Client programs found on this machine; asked for their version, never judged by their path. */
public final class InstalledClients implements ClientPrograms {
  private static final String ASKED = Program.PG_DUMP.command();

  private final Path directory;
  private final ProgramVersion version;
  private final int serverMajor;

  private InstalledClients(Path directory, ProgramVersion version, int serverMajor) {
    this.directory = directory;
    this.version = version;
    this.serverMajor = serverMajor;
  }

  public static ClientPrograms find(int serverMajor, List<Path> hints) {
    List<InstalledClients> found = new ArrayList<>();
    for (Path place : places(hints, Optional.ofNullable(System.getenv("PATH")).orElse(""))) {
      home(place.resolve(ASKED))
          .ifPresent(home ->
              ProgramVersion.of(home.resolve(ASKED))
                  .ifPresent(
                      version -> found.add(new InstalledClients(home, version, serverMajor))));
    }
    return choose(serverMajor, found);
  }

  private static ClientPrograms choose(int serverMajor, List<InstalledClients> found) {
    return found.stream()
        .filter(clients -> clients.major() >= serverMajor)
        .min(Comparator.comparingInt(ClientPrograms::major))
        .orElseThrow(() -> missing(serverMajor, found));
  }

  private static HoldfastException missing(int serverMajor, List<InstalledClients> found) {
    Optional<InstalledClients> newest =
        found.stream().max(Comparator.comparingInt(ClientPrograms::major));
    return new HoldfastException(
        ExitStatus.REFUSED,
        "could not find client programs for PostgreSQL "
            + serverMajor
            + ": expected pg_dump "
            + serverMajor
            + " or newer, found "
            + newest
                .map(clients -> clients.version() + " in " + clients.directory())
                .orElse("none"),
        "Install them (Debian: apt-get install postgresql-client-"
            + serverMajor
            + "; Red Hat: dnf install postgresql"
            + serverMajor
            + "), or name their directory with bin-directory.");
  }

  private static Set<Path> places(List<Path> hints, String path) {
    Set<Path> places = new LinkedHashSet<>();
    for (Path hint : hints) {
      places.add(hint);
      places.add(hint.resolve("bin"));
    }
    for (String directory : path.split(":", -1)) {
      if (directory.startsWith("/")) {
        places.add(Path.of(directory));
      }
    }
    places.addAll(versioned("/usr/lib/postgresql", "", "bin"));
    places.addAll(versioned("/usr", "pgsql-", "bin"));
    places.addAll(versioned("/usr/lib", "postgresql", "bin"));
    places.addAll(versioned("/usr/libexec", "postgresql", ""));
    places.addAll(versioned("/usr/local", "pgsql", "bin"));
    places.addAll(versioned("/opt/homebrew/opt", "postgresql@", "bin"));
    places.addAll(versioned("/opt/homebrew/opt", "libpq", "bin"));
    places.addAll(versioned("/usr/local/opt", "postgresql@", "bin"));
    places.addAll(versioned("/opt/local/lib", "postgresql", "bin"));
    places.addAll(versioned("/Applications/Postgres.app/Contents/Versions", "", "bin"));
    return places;
  }

  /** Below the directory, what begins so and goes on with a version or with nothing. */
  private static List<Path> versioned(String parent, String prefix, String below) {
    try (Stream<Path> children = Files.list(Path.of(parent))) {
      return children
          .filter(child -> child.getFileName().toString().matches(prefix + "[-0-9]*"))
          .sorted(Comparator.reverseOrder())
          .map(child -> below.isEmpty() ? child : child.resolve(below))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /**
   * Where the program really is: the others are beside it. Empty for Debian's script that picks a
   * version by itself, which is seen by its real name being another one.
   */
  private static Optional<Path> home(Path program) {
    try {
      Path real = program.toRealPath();
      boolean itself = real.getFileName().toString().equals(ASKED) && Files.isExecutable(real);
      return itself ? Optional.ofNullable(real.getParent()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public int major() {
    return version.major();
  }

  @Override
  public String version() {
    return version.text();
  }

  @Override
  public ClientRun start(
      Program program, List<String> arguments, ConnectionSettings connection, Duration patience) {
    return ChildProcess.start(
        path(program), arguments, ClientEnvironment.of(connection, serverMajor), patience);
  }

  @Override
  public ClientRun start(Program program, List<String> arguments, Duration patience) {
    return ChildProcess.start(path(program), arguments, Map.of(), patience);
  }

  private Path path(Program program) {
    Path path = directory.resolve(program.command());
    if (!Files.isExecutable(path)) {
      throw new PostgresException(
          "could not start " + path + ": expected it beside " + ASKED + ", found no such program",
          "Install all client programs of PostgreSQL " + major() + ".",
          null);
    }
    return path;
  }
}
