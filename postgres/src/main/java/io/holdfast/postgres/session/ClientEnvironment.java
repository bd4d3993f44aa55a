package io.holdfast.postgres.session;

import io.holdfast.postgres.ConnectionSettings;
import java.util.Map;

/** What PostgreSQL's client programs need in their environment to connect as we do. */
public final class ClientEnvironment {
  /** Set for the role or the database, these would end a program in the middle of its work. */
  private static final String NO_TIME_OUTS =
      "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0";

  private static final int TRANSACTION_TIMEOUT_SINCE = 17;

  private ClientEnvironment() {}

  /**
   * Variables and their values, a password among them where there is one.
   *
   * @param serverMajor its version, for settings that not all know
   */
  public static Map<String, String> of(ConnectionSettings settings, int serverMajor) {
    return of(settings, serverMajor, System.getenv());
  }

  static Map<String, String> of(
      ConnectionSettings settings, int serverMajor, Map<String, String> environment) {
    Map<String, String> variables =
        ConnectionTarget.resolve(settings, environment).clientVariables();
    String options =
        NO_TIME_OUTS
            + (serverMajor >= TRANSACTION_TIMEOUT_SINCE ? " -c transaction_timeout=0" : "");
    variables.merge("PGOPTIONS", options, (given, ours) -> given + " " + ours);
    variables.putIfAbsent("PGAPPNAME", Connector.APPLICATION);
    variables.putIfAbsent("PGCONNECT_TIMEOUT", "10");
    return variables;
  }
}
