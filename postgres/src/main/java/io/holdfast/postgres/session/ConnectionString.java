package io.holdfast.postgres.session;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads connection strings as libpq does (fe-connect.c): {@code key = value} pairs where a value
 * may stand in single quotes and {@code \} escapes {@code \} and {@code '}, or URIs {@code
 * postgresql://user@host:port/dbname?key=value} with percent encoding and several hosts. Never
 * repeats the string in a message: it may hold a password.
 */
public final class ConnectionString {
  private final String text;
  private final Map<String, String> found = new LinkedHashMap<>();
  private int at;

  private ConnectionString(String text) {
    this.text = text;
  }

  /**
   * @throws HoldfastException (usage) if it is malformed, or has a password or a key that is not
   *     known
   */
  public static ConnectionSettings parse(String conninfo) {
    String text = conninfo.strip();
    ConnectionString reader = new ConnectionString(text);
    if (text.startsWith("postgresql://")) {
      reader.readUri("postgresql://".length());
    } else if (text.startsWith("postgres://")) {
      reader.readUri("postgres://".length());
    } else {
      reader.readPairs();
    }
    return new ConnectionSettings(reader.found);
  }

  private void readPairs() {
    skipBlanks();
    while (at < text.length()) {
      int equals = text.indexOf('=', at);
      if (equals < 0) {
        throw malformed("a key without '='", "Write key=value pairs, or a postgresql:// URI.");
      }
      String key = text.substring(at, equals).strip();
      at = equals + 1;
      skipBlanks();
      put(key, readValue());
      skipBlanks();
    }
  }

  private String readValue() {
    StringBuilder value = new StringBuilder();
    boolean quoted = at < text.length() && text.charAt(at) == '\'';
    if (quoted) {
      at++;
    }
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (quoted ? c == '\'' : Character.isWhitespace(c)) {
        return value.toString();
      }
      if (c == '\\' && at < text.length()) {
        c = text.charAt(at++);
      }
      value.append(c);
    }
    if (quoted) {
      throw malformed("a quote that is not closed", "Write \\' for a quote inside a value.");
    }
    return value.toString();
  }

  private void skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private void readUri(int start) {
    int query = text.indexOf('?', start);
    String place = query < 0 ? text.substring(start) : text.substring(start, query);
    int slash = place.indexOf('/');
    if (slash >= 0) {
      putIfNotEmpty("dbname", decoded(place.substring(slash + 1)));
      place = place.substring(0, slash);
    }
    int userEnd = place.lastIndexOf('@');
    if (userEnd >= 0) {
      String user = place.substring(0, userEnd);
      if (user.indexOf(':') >= 0) {
        put("password", "");
      }
      putIfNotEmpty("user", decoded(user));
      place = place.substring(userEnd + 1);
    }
    readHosts(place);
    if (query >= 0) {
      for (String pair : text.substring(query + 1).split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals < 0) {
          throw malformed("a parameter without '='", "Write ?key=value&key=value.");
        }
        put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
      }
    }
  }

  private void readHosts(String places) {
    StringBuilder hosts = new StringBuilder();
    StringBuilder ports = new StringBuilder();
    boolean anyPort = false;
    for (String place : places.split(",", -1)) {
      int bracket = place.lastIndexOf(']');
      int colon = place.indexOf(':', Math.max(bracket, 0));
      String host = colon < 0 ? place : place.substring(0, colon);
      if (bracket > 0 && host.startsWith("[")) {
        host = host.substring(1, bracket);
      }
      hosts.append(hosts.isEmpty() ? "" : ",").append(decoded(host));
      ports
          .append(ports.isEmpty() ? "" : ",")
          .append(colon < 0 ? "5432" : place.substring(colon + 1));
      anyPort |= colon >= 0;
    }
    putIfNotEmpty("host", hosts.toString());
    if (anyPort) {
      put("port", ports.toString());
    }
  }

  private String decoded(String part) {
    try {
      // URLDecoder takes '+' for a blank; libpq does not.
      return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw malformed("a bad percent code", "Write %25 for a percent sign.");
    }
  }

  private void putIfNotEmpty(String key, String value) {
    if (!value.isEmpty()) {
      put(key, value);
    }
  }

  private void put(String key, String value) {
    refuse(key);
    found.put(key, value);
  }

  /** Throws if this is a key that may not be there. */
  static void refuse(String key) {
    if (key.equals("password") || key.equals("sslpassword")) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not take the connection string: it holds a " + key,
          "Put the password into ~/.pgpass (mode 0600), or set PGPASSWORD or passfile=FILE.");
    }
    if (ConnectionKey.of(key).isEmpty()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not take the connection string: unknown key '" + key + "'",
          "Known are host, port, dbname, user, service, passfile, connect_timeout, options, sslmode,"
              + " sslrootcert, sslcert, sslkey, channel_binding, require_auth, gssencmode,"
              + " krbsrvname, target_session_attrs.");
    }
  }

  private static HoldfastException malformed(String what, String hint) {
    return new HoldfastException(
        ExitStatus.USAGE, "could not read the connection string: " + what, hint);
  }
}
