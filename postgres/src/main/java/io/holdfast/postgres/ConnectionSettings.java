package io.holdfast.postgres;

import java.util.Map;

/**
 * How to reach a server, by libpq's own words: {@code host} (a directory for a socket), {@code
 * port}, {@code dbname}, {@code user}, {@code passfile}, {@code service}, {@code sslmode}, {@code
 * sslrootcert}, … What is not given comes from PGHOST and its kin, then from libpq's defaults.
 * Passwords come from the passfile, PGPASSWORD or the service file, never from here.
 */
public record ConnectionSettings(Map<String, String> parameters) {
  public ConnectionSettings {
    parameters = Map.copyOf(parameters);
  }

  /**
   * Reads a libpq connection string: {@code host=/run/postgresql user='x y'} or a postgresql://
   * URI.
   */
  public static ConnectionSettings parse(String conninfo) {
    return io.holdfast.postgres.session.ConnectionString.parse(conninfo);
  }

  public ConnectionSettings with(String key, String value) {
    Map<String, String> changed = new java.util.HashMap<>(parameters);
    changed.put(key, value);
    return new ConnectionSettings(changed);
  }
}
