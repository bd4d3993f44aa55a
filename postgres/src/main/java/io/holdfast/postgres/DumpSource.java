package io.holdfast.postgres;

import io.holdfast.postgres.dump.JdbcSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * A server as logical backups see it. Asks nothing that needs more than the right to connect; what
 * the role may not see is said so. Not thread-safe.
 */
public interface DumpSource extends AutoCloseable {
  static DumpSource connect(ConnectionSettings connection) {
    return JdbcSource.connect(connection);
  }

  Facts facts();

  /** All databases, by name, those that cannot be dumped too. */
  List<Database> databases();

  /** Whether roles can be saved with their passwords. */
  boolean mayReadPasswords();

  /** How many more sessions this role can open now; less than 0 if it is not known. */
  int freeSessions();

  /** Settings that are not a default, without those that may hold a secret. */
  List<ServerSession.Setting> settings();

  /** What ALTER ROLE … SET and ALTER DATABASE … SET said. */
  List<RoleSetting> roleSettings();

  /**
   * The files that the server's settings come from.
   *
   * @param lacking told what cannot be read
   */
  List<SettingsFile> settingsFiles(Consumer<String> lacking);

  /** Ends all sessions of this role that call themselves so; those of a program that was killed. */
  void endSessions(String applicationName);

  @Override
  void close();

  /**
   * @param systemIdentifier empty if the role may not see it
   * @param throughPooler the session that answers is not the one that we opened
   */
  record Facts(
      int versionNumber,
      String version,
      OptionalLong systemIdentifier,
      boolean inRecovery,
      boolean throughPooler) {
    public int major() {
      return versionNumber / 10_000;
    }
  }

  /**
   * @param accepting takes connections at all; template0 does not
   * @param permitted for this role
   * @param size 0 if the role may not see it
   */
  record Database(String name, boolean template, boolean accepting, boolean permitted, long size) {}

  /**
   * @param role "" for all
   * @param database "" for all
   * @param settings {@code name=value}
   */
  record RoleSetting(String role, String database, List<String> settings) {}

  /**
   * @param setting that names it: {@code config_file}, {@code hba_file}, {@code ident_file}, or
   *     {@code include}
   * @param location where it lies on the server
   */
  record SettingsFile(String setting, String location, byte[] content) {
    /** Its name, without the directories. */
    public String name() {
      return location.substring(location.lastIndexOf('/') + 1);
    }
  }

  /** One that the server has and that the role may connect to; empty if there is none so named. */
  default Optional<Database> database(String name) {
    return databases().stream().filter(each -> each.name().equals(name)).findFirst();
  }
}
