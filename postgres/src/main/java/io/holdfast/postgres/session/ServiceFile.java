package io.holdfast.postgres.session;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code pg_service.conf}: sections of key=value lines, looked for where libpq looks. */
final class ServiceFile {
  private ServiceFile() {}

  /**
   * The keys of a service.
   *
   * @throws HoldfastException (usage) if there is no such service
   */
  static Map<String, String> read(String service, Map<String, String> environment) {
    List<Path> places = places(environment);
    for (Path file : places) {
      Optional<Map<String, String>> section = section(file, service);
      if (section.isPresent()) {
        return section.get();
      }
    }
    throw new HoldfastException(
        ExitStatus.USAGE,
        "could not find the connection service '" + service + "' in " + places,
        "Add a section [" + service + "], or set PGSERVICEFILE.");
  }

  private static List<Path> places(Map<String, String> environment) {
    List<Path> places = new ArrayList<>();
    String told = environment.get("PGSERVICEFILE");
    places.add(
        told != null
            ? Path.of(told)
            : Path.of(System.getProperty("user.home"), ".pg_service.conf"));
    places.add(
        Path.of(
            environment.getOrDefault("PGSYSCONFDIR", "/etc/postgresql-common"), "pg_service.conf"));
    return places;
  }

  private static Optional<Map<String, String>> section(Path file, String service) {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    Map<String, String> keys = new LinkedHashMap<>();
    boolean inside = false;
    boolean seen = false;
    try {
      for (String raw : Files.readAllLines(file)) {
        String line = raw.strip();
        if (line.startsWith("[")) {
          inside = line.equals("[" + service + "]");
          seen |= inside;
        } else if (inside && !line.isEmpty() && !line.startsWith("#")) {
          int equals = line.indexOf('=');
          if (equals < 1) {
            throw new HoldfastException(
                ExitStatus.USAGE,
                "could not read " + file + ": a line without '=' in [" + service + "]");
          }
          keys.putIfAbsent(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
        }
      }
    } catch (IOException e) {
      throw new HoldfastException(ExitStatus.USAGE, "could not read " + file, null, e);
    }
    return seen ? Optional.of(keys) : Optional.empty();
  }
}
