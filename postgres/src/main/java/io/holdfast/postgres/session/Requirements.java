package io.holdfast.postgres.session;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.ReplicationSession;
import io.holdfast.postgres.ServerSession.Lack;
import io.holdfast.postgres.ServerSession.Requirement;
import java.util.ArrayList;
import java.util.List;

/**
 * What has to be changed on a server before it can be backed up and its WAL streamed. Grants are
 * per database, because pg_proc is.
 */
final class Requirements {
  private static final String RESTART = "  -- then restart the server";
  private static final String RELOAD = "; SELECT pg_reload_conf();";

  private final SqlConnection sql;
  private final ConnectionSettings settings;
  private final int major;
  private final List<Requirement> missing = new ArrayList<>();

  Requirements(SqlConnection sql, ConnectionSettings settings, int major) {
    this.sql = sql;
    this.settings = settings;
    this.major = major;
  }

  List<Requirement> missing(String slot) {
    checkSettings();
    checkRole();
    checkSlot(slot);
    checkReplicationConnection();
    return List.copyOf(missing);
  }

  private void checkSettings() {
    if (setting("wal_level").equals("minimal")) {
      severe(
          Lack.WAL_LEVEL,
          "wal_level is minimal",
          "ALTER SYSTEM SET wal_level = 'replica';" + RESTART);
    }
    if (setting("max_wal_senders").equals("0")) {
      severe(
          Lack.WAL_SENDERS,
          "max_wal_senders is 0",
          "ALTER SYSTEM SET max_wal_senders = 10;" + RESTART);
    }
    if (setting("max_replication_slots").equals("0")) {
      severe(
          Lack.REPLICATION_SLOTS,
          "max_replication_slots is 0",
          "ALTER SYSTEM SET max_replication_slots = 10;" + RESTART);
    }
    if (setting("full_page_writes").equals("off")) {
      severe(
          Lack.FULL_PAGE_WRITES,
          "full_page_writes is off",
          "ALTER SYSTEM SET full_page_writes = on" + RELOAD);
    }
    if (setting("fsync").equals("off")) {
      advice(
          Lack.FSYNC,
          "fsync is off: a crash of the machine can destroy the cluster",
          "ALTER SYSTEM SET fsync = on" + RELOAD);
    }
    if (setting("data_checksums").equals("off")) {
      advice(
          Lack.CHECKSUMS,
          "data checksums are off: damage on disk cannot be seen",
          enableChecksums());
    }
  }

  /** The one fix that is typed in a shell: the server cannot do it to itself. */
  private String enableChecksums() {
    String directory = setting("data_directory");
    String place =
        directory.isEmpty()
            ? "DIRECTORY   # in its place what SHOW data_directory says to a superuser;"
            : "'" + directory.replace("'", "'\\''") + "'   #";
    return "pg_checksums --enable -D " + place + " while the server is stopped";
  }

  private void checkRole() {
    boolean mayReplicate =
        yes("SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user");
    if (!mayReplicate) {
      severe(
          Lack.MAY_REPLICATE,
          "the role may not replicate",
          "ALTER ROLE " + role() + " REPLICATION;");
    }
    if (!yes("SELECT pg_has_role('pg_read_all_settings', 'USAGE')")) {
      severe(
          Lack.MAY_SEE_SETTINGS,
          "the role may not see where the data directory is",
          "GRANT pg_monitor TO " + role() + ";");
    }
    String start =
        major < 15 ? "pg_start_backup(text, boolean, boolean)" : "pg_backup_start(text, boolean)";
    String stop = major < 15 ? "pg_stop_backup(boolean, boolean)" : "pg_backup_stop(boolean)";
    if (!mayExecute(start) || !mayExecute(stop)) {
      severe(
          Lack.MAY_BACK_UP, "the role may not start and stop backups", grant(start + ", " + stop));
    }
    if (!mayExecute("pg_switch_wal()") || !mayExecute("pg_create_restore_point(text)")) {
      advice(
          Lack.MAY_MARK_WAL,
          "the role may not end WAL segments and create restore points",
          grant("pg_switch_wal(), pg_create_restore_point(text)"));
    }
  }

  private boolean mayExecute(String function) {
    return yes("SELECT has_function_privilege('pg_catalog." + function + "', 'EXECUTE')");
  }

  private String grant(String functions) {
    return "GRANT EXECUTE ON FUNCTION "
        + functions
        + " TO "
        + role()
        + ";  -- in database "
        + one("SELECT quote_ident(current_database())");
  }

  private void checkSlot(String slot) {
    if (slot.isEmpty()) {
      return;
    }
    List<String> found =
        sql.list(
            "look at the replication slot " + slot,
            "SELECT slot_type || ' ' || coalesce(wal_status, '') FROM pg_replication_slots"
                + " WHERE slot_name = ?",
            row -> row.getString(1),
            slot);
    if (found.isEmpty()) {
      boolean free =
          yes(
              "SELECT (SELECT count(*) FROM pg_replication_slots)"
                  + " < current_setting('max_replication_slots')::int");
      if (free || setting("max_replication_slots").equals("0")) {
        advice(
            Lack.SLOT,
            "the replication slot " + slot + " does not exist; 'wal receive' creates it",
            "SELECT pg_create_physical_replication_slot('" + slot + "', true);");
      } else {
        severe(
            Lack.FREE_SLOT,
            "all replication slots are taken and " + slot + " is not among them",
            "ALTER SYSTEM SET max_replication_slots = "
                + (Integer.parseInt(setting("max_replication_slots")) + 5)
                + ";"
                + RESTART);
      }
    } else if (found.getFirst().startsWith("logical")) {
      severe(
          Lack.PHYSICAL_SLOT,
          "the replication slot " + slot + " is a logical one",
          "Choose another name for our slot.");
    } else if (found.getFirst().endsWith("lost")) {
      severe(
          Lack.WHOLE_SLOT,
          "the replication slot " + slot + " has lost the WAL it was to keep",
          "SELECT pg_drop_replication_slot('"
              + slot
              + "'); SELECT pg_create_physical_replication_slot('"
              + slot
              + "', true);");
    }
  }

  private void checkReplicationConnection() {
    try (ReplicationSession session =
        ReplicationSession.connect(settings, Connector.APPLICATION + "-check")) {
      session.identify();
    } catch (PostgresException e) {
      String type = one("SELECT CASE WHEN inet_client_addr() IS NULL THEN 'local' ELSE 'host' END");
      String address =
          one(
              "SELECT coalesce(host(inet_client_addr())"
                  + " || CASE family(inet_client_addr()) WHEN 4 THEN '/32' ELSE '/128' END, '')");
      severe(
          Lack.REPLICATION_CONNECTION,
          "a replication connection was refused: " + e.getMessage(),
          "Add to "
              + hbaFile()
              + " and run SELECT pg_reload_conf(): "
              + String.join(
                  "  ",
                  type,
                  "replication",
                  role(),
                  type.equals("local") ? "peer" : address + "  scram-sha-256"));
    }
  }

  private String hbaFile() {
    String file = setting("hba_file");
    return file.isEmpty() ? "pg_hba.conf" : file;
  }

  private String role() {
    return one("SELECT quote_ident(current_user)");
  }

  private String setting(String name) {
    return sql
        .list(
            "read the setting " + name,
            "SELECT setting FROM pg_settings WHERE name = ?",
            row -> row.getString(1),
            name)
        .stream()
        .findFirst()
        .orElse("");
  }

  private String one(String query) {
    return sql.one("check the server", query, row -> row.getString(1));
  }

  private boolean yes(String query) {
    return sql.one("check the server", query, row -> row.getBoolean(1));
  }

  private void severe(Lack lack, String what, String fix) {
    missing.add(new Requirement(lack, what, fix, true));
  }

  private void advice(Lack lack, String what, String fix) {
    missing.add(new Requirement(lack, what, fix, false));
  }
}
