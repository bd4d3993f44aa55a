package io.holdfast.postgres.session;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Where a connection goes and how: what is given, completed from the service file, then the
 * environment, then libpq's defaults, in this order of precedence (fe-connect.c, {@code
 * conninfo_add_defaults}).
 */
final class ConnectionTarget {
  private static final List<String> SOCKET_DIRECTORIES = List.of("/var/run/postgresql", "/tmp");

  private final Map<ConnectionKey, String> values;
  private final Map<String, String> environment;
  private final List<String> hosts;
  private final List<Integer> ports;

  private ConnectionTarget(Map<ConnectionKey, String> values, Map<String, String> environment) {
    this.values = values;
    this.environment = environment;
    this.ports = ports(values.getOrDefault(ConnectionKey.PORT, "5432"));
    String host = values.getOrDefault(ConnectionKey.HOST, "");
    this.hosts = List.of((host.isEmpty() ? defaultHost(ports.getFirst()) : host).split(",", -1));
    if (hosts.size() > 1 && hosts.stream().anyMatch(name -> name.startsWith("/"))) {
      throw usage("a socket among several hosts", "Give one socket directory, or only TCP hosts.");
    }
    if (ports.size() > 1 && ports.size() != hosts.size()) {
      throw usage(ports.size() + " ports for " + hosts.size() + " hosts", "Give as many of each.");
    }
  }

  static ConnectionTarget resolve(ConnectionSettings settings, Map<String, String> environment) {
    Map<ConnectionKey, String> values = new EnumMap<>(ConnectionKey.class);
    add(settings.parameters(), values);
    String service =
        values.getOrDefault(ConnectionKey.SERVICE, environment.getOrDefault("PGSERVICE", ""));
    if (!service.isEmpty()) {
      Map<String, String> section = ServiceFile.read(service, environment);
      // A password is allowed here, as it is for libpq: the file is the user's own.
      section.remove("password");
      add(section, values);
    }
    for (ConnectionKey key : ConnectionKey.values()) {
      key.variable()
          .map(environment::get)
          .filter(value -> !value.isEmpty())
          .ifPresent(value -> values.putIfAbsent(key, value));
    }
    return new ConnectionTarget(values, environment);
  }

  private static void add(Map<String, String> words, Map<ConnectionKey, String> values) {
    words.forEach((word, value) -> {
      ConnectionString.refuse(word);
      ConnectionKey.of(word).ifPresent(key -> values.putIfAbsent(key, value));
    });
  }

  String user() {
    return values.getOrDefault(ConnectionKey.USER, System.getProperty("user.name"));
  }

  String database() {
    return values.getOrDefault(ConnectionKey.DBNAME, user());
  }

  Optional<String> applicationName() {
    return Optional.ofNullable(values.get(ConnectionKey.APPLICATION_NAME));
  }

  /** The path of the socket, if it goes to one. */
  Optional<Path> socket() {
    String host = hosts.getFirst();
    return host.startsWith("/")
        ? Optional.of(Path.of(host, ".s.PGSQL." + ports.getFirst()))
        : Optional.empty();
  }

  /** For messages: {@code db.example.org:5432/shop as holdfast}. */
  String description() {
    List<String> places = new ArrayList<>();
    for (int i = 0; i < hosts.size(); i++) {
      places.add(hosts.get(i) + ":" + ports.get(Math.min(i, ports.size() - 1)));
    }
    return String.join(",", places) + "/" + database() + " as " + user();
  }

  /** Whether a password was found, and where not: for the hint when the server refuses. */
  String passwordAdvice() {
    PasswordFile file = passwordFile();
    if (file.openToOthers()) {
      return file.path() + " is not used because others may read it: chmod 600 " + file.path();
    }
    return password().isPresent()
        ? "The password of PGPASSWORD, the service file or " + file.path() + " was sent."
        : "No password was found: add a line host:port:dbname:user:password to "
            + file.path()
            + " (mode 0600), or set PGPASSWORD.";
  }

  /** For pgjdbc. */
  Properties properties() {
    Properties properties = new Properties();
    values.forEach((key, value) ->
        key.driverProperty().ifPresent(name -> properties.setProperty(name, value)));
    properties.setProperty("user", user());
    properties.setProperty("PGDBNAME", database());
    password().ifPresent(secret -> properties.setProperty("password", secret));
    properties.putIfAbsent("connectTimeout", "10");
    properties.setProperty("tcpKeepAlive", "true");
    String attributes = values.get(ConnectionKey.TARGET_SESSION_ATTRS);
    if (attributes != null) {
      properties.setProperty("targetServerType", serverType(attributes));
    }
    Optional<Path> socket = socket();
    if (socket.isPresent()) {
      properties.setProperty("PGHOST", "localhost");
      properties.setProperty("PGPORT", ports.getFirst().toString());
      properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
      properties.setProperty("socketFactoryArg", socket.get().toString());
      properties.setProperty("sslmode", "disable");
      properties.setProperty("gssEncMode", "disable");
    } else {
      properties.setProperty("PGHOST", String.join(",", hosts));
      properties.setProperty("PGPORT", portPerHost());
    }
    return properties;
  }

  /** The same for PostgreSQL's own programs, as their environment; the password is among it. */
  Map<String, String> clientVariables() {
    Map<String, String> variables = new TreeMap<>();
    values.forEach((key, value) -> key.variable().ifPresent(name -> variables.put(name, value)));
    applicationName().ifPresent(name -> variables.put("PGAPPNAME", name));
    // What it holds has been taken into account.
    variables.remove("PGSERVICE");
    variables.put("PGHOST", String.join(",", hosts));
    variables.put("PGPORT", portPerHost());
    variables.put("PGUSER", user());
    variables.put("PGDATABASE", database());
    password().ifPresent(secret -> variables.put("PGPASSWORD", secret));
    return variables;
  }

  private String portPerHost() {
    List<String> each = new ArrayList<>();
    for (int i = 0; i < hosts.size(); i++) {
      each.add(ports.get(Math.min(i, ports.size() - 1)).toString());
    }
    return String.join(",", each);
  }

  private Optional<String> password() {
    String service =
        values.getOrDefault(ConnectionKey.SERVICE, environment.getOrDefault("PGSERVICE", ""));
    if (!service.isEmpty()) {
      String given = ServiceFile.read(service, environment).get("password");
      if (given != null) {
        return Optional.of(given);
      }
    }
    String given = environment.get("PGPASSWORD");
    if (given != null && !given.isEmpty()) {
      return Optional.of(given);
    }
    // Replication connections are looked up as "replication" by libpq's programs; either will do.
    List<String> databases = List.of(database(), "replication");
    for (int i = 0; i < hosts.size(); i++) {
      int port = ports.get(Math.min(i, ports.size() - 1));
      String host = hosts.get(i);
      String name = SOCKET_DIRECTORIES.contains(host) ? "localhost" : host;
      Optional<String> found = passwordFile().find(name, port, databases, user());
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private PasswordFile passwordFile() {
    String told = values.get(ConnectionKey.PASSFILE);
    return new PasswordFile(
        told != null ? Path.of(told) : Path.of(System.getProperty("user.home"), ".pgpass"));
  }

  private static String defaultHost(int port) {
    return SOCKET_DIRECTORIES.stream()
        .filter(directory -> Files.exists(Path.of(directory, ".s.PGSQL." + port)))
        .findFirst()
        .orElse("localhost");
  }

  private static List<Integer> ports(String text) {
    List<Integer> ports = new ArrayList<>();
    for (String port : text.split(",", -1)) {
      try {
        ports.add(port.isEmpty() ? 5432 : Integer.parseInt(port.strip()));
      } catch (NumberFormatException e) {
        throw usage("'" + port + "' as a port", "A port is a number from 1 to 65535.");
      }
    }
    return ports;
  }

  private static String serverType(String attributes) {
    return switch (attributes) {
      case "any" -> "any";
      case "read-write", "primary" -> "primary";
      case "read-only", "standby" -> "secondary";
      case "prefer-standby" -> "preferSecondary";
      default ->
          throw usage(
              "target_session_attrs=" + attributes,
              "It is any, read-write, read-only, primary, standby or prefer-standby.");
    };
  }

  private static HoldfastException usage(String found, String hint) {
    return new HoldfastException(
        ExitStatus.USAGE, "could not use the connection settings: found " + found, hint);
  }
}
