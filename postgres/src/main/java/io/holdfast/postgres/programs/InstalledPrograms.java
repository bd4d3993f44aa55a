package io.holdfast.postgres.programs;

import io.holdfast.postgres.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Programs found on this machine; asked for their version, never judged by their path. */
public final class InstalledPrograms implements Programs {
  private final Path directory;
  private final String version;

  private InstalledPrograms(Path directory, String version) {
    this.directory = directory;
    this.version = version;
  }

  public static Optional<Programs> find(int major, List<Path> hints) {
    for (Path place : places(major, hints)) {
      Path program = place.resolve("postgres");
      if (Files.isExecutable(program)) {
        Optional<ProgramVersion> version = ProgramVersion.of(program);
        if (version.isPresent() && version.get().major() == major) {
          return Optional.of(new InstalledPrograms(home(program), version.get().text()));
        }
      }
    }
    return Optional.empty();
  }

  private static List<Path> places(int major, List<Path> hints) {
    List<Path> places = new ArrayList<>();
    for (Path hint : hints) {
      places.add(hint);
      places.add(hint.resolve("bin"));
    }
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String directory : path.split(":", -1)) {
      if (directory.startsWith("/")) {
        places.add(Path.of(directory));
      }
    }
    for (String pattern :
        List.of(
            "/usr/lib/postgresql/%d/bin",
            "/usr/pgsql-%d/bin",
            "/usr/lib/postgresql%d/bin",
            "/usr/libexec/postgresql%d",
            "/usr/local/pgsql-%d/bin",
            "/opt/homebrew/opt/postgresql@%d/bin",
            "/usr/local/opt/postgresql@%d/bin",
            "/opt/local/lib/postgresql%d/bin",
            "/Applications/Postgres.app/Contents/Versions/%d/bin")) {
      places.add(Path.of(pattern.formatted(major)));
    }
    places.add(Path.of("/usr/local/pgsql/bin"));
    return places;
  }

  /** Where the program really is: its libraries are looked for beside it. */
  private static Path home(Path program) {
    try {
      return Optional.ofNullable(program.toRealPath().getParent()).orElseThrow();
    } catch (IOException e) {
      return program.resolveSibling("").toAbsolutePath();
    }
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public void create(Path dataDirectory, List<String> arguments) {
    NewCluster.make(directory.resolve("initdb"), dataDirectory, arguments);
  }

  @Override
  public RunningServer start(Path dataDirectory, Path log, Duration patience, Standing standing) {
    return StartedServer.start(
        directory.resolve("postgres"), dataDirectory, log, patience, standing);
  }
}
