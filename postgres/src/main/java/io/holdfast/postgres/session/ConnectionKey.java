package io.holdfast.postgres.session;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** libpq's connection parameters that are understood, and what they are called elsewhere. */
enum ConnectionKey {
  HOST("PGHOST", null),
  PORT("PGPORT", null),
  DBNAME("PGDATABASE", null),
  USER("PGUSER", null),
  SERVICE("PGSERVICE", null),
  PASSFILE("PGPASSFILE", null),
  APPLICATION_NAME(null, null),
  CONNECT_TIMEOUT("PGCONNECT_TIMEOUT", "connectTimeout"),
  OPTIONS("PGOPTIONS", "options"),
  SSLMODE("PGSSLMODE", "sslmode"),
  SSLROOTCERT("PGSSLROOTCERT", "sslrootcert"),
  SSLCERT("PGSSLCERT", "sslcert"),
  SSLKEY("PGSSLKEY", "sslkey"),
  SSLNEGOTIATION("PGSSLNEGOTIATION", "sslNegotiation"),
  CHANNEL_BINDING("PGCHANNELBINDING", "channelBinding"),
  REQUIRE_AUTH("PGREQUIREAUTH", "requireAuth"),
  GSSENCMODE("PGGSSENCMODE", "gssEncMode"),
  KRBSRVNAME("PGKRBSRVNAME", "kerberosServerName"),
  TARGET_SESSION_ATTRS("PGTARGETSESSIONATTRS", "targetServerType"),
  LOAD_BALANCE_HOSTS("PGLOADBALANCEHOSTS", "loadBalanceHosts"),

  // Accepted, because existing service files have them, and without effect: keep-alives are always
  // on, the encoding is always UTF-8, names always travel in TLS.
  KEEPALIVES(null, null),
  KEEPALIVES_IDLE(null, null),
  KEEPALIVES_INTERVAL(null, null),
  KEEPALIVES_COUNT(null, null),
  TCP_USER_TIMEOUT(null, null),
  CLIENT_ENCODING(null, null),
  FALLBACK_APPLICATION_NAME(null, null),
  SSLCOMPRESSION(null, null),
  SSLSNI(null, null);

  private final @Nullable String variable;
  private final @Nullable String driverProperty;

  ConnectionKey(@Nullable String variable, @Nullable String driverProperty) {
    this.variable = variable;
    this.driverProperty = driverProperty;
  }

  /** As libpq writes it. */
  String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The environment variable that gives it. */
  Optional<String> variable() {
    return Optional.ofNullable(variable);
  }

  /** The property of pgjdbc that it becomes as it is; empty if it is more involved than that. */
  Optional<String> driverProperty() {
    return Optional.ofNullable(driverProperty);
  }

  static Optional<ConnectionKey> of(String word) {
    return Arrays.stream(values()).filter(key -> key.word().equals(word)).findFirst();
  }
}
