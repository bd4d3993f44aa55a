package io.holdfast.operations.doctor;

import io.holdfast.postgres.ServerSession.Lack;
import io.holdfast.postgres.ServerSession.Requirement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Whether a server is as its backups need it. */
public final class ServerRules {
  private static final Duration CLOCKS_AGREE = Duration.ofSeconds(20);
  private static final int SOON_DAYS = 180;

  private ServerRules() {}

  public static List<Finding> of(ServerLook look, Instant now) {
    List<Finding> found = new ArrayList<>();
    found.add(Finding.ok(look.subject(), identity(look)));
    look.missing().forEach(each -> found.add(of(look, each)));
    version(look, now, found);
    pool(look, found);
    clock(look, found);
    dumps(look, found);
    content(look, found);
    found.addAll(SlotRules.of(look));
    return found.stream().map(each -> each.in(look.cluster())).toList();
  }

  private static String identity(ServerLook look) {
    return "PostgreSQL "
        + look.facts().version()
        + ", "
        + (look.standby() ? "standby" : "primary")
        + ", system identifier "
        + Long.toUnsignedString(look.facts().systemIdentifier());
  }

  /** As a requirement of its backups that is not met. */
  public static Finding of(String subject, Requirement missing) {
    return Finding.of(code(missing.lack()), subject, missing.what(), missing.fix());
  }

  private static Finding of(ServerLook look, Requirement missing) {
    return of(look.subject(), missing);
  }

  private static DoctorCode code(Lack lack) {
    return switch (lack) {
      case WAL_LEVEL -> DoctorCode.WAL_LEVEL;
      case WAL_SENDERS -> DoctorCode.WAL_SENDERS;
      case REPLICATION_SLOTS -> DoctorCode.REPLICATION_SLOTS;
      case FULL_PAGE_WRITES -> DoctorCode.FULL_PAGE_WRITES_OFF;
      case FSYNC -> DoctorCode.FSYNC_OFF;
      case CHECKSUMS -> DoctorCode.CHECKSUMS_OFF;
      case MAY_REPLICATE -> DoctorCode.MAY_NOT_REPLICATE;
      case MAY_SEE_SETTINGS -> DoctorCode.MAY_NOT_SEE_SETTINGS;
      case MAY_BACK_UP -> DoctorCode.MAY_NOT_BACK_UP;
      case MAY_MARK_WAL -> DoctorCode.MAY_NOT_MARK_WAL;
      case MAY_READ_FILES -> DoctorCode.MAY_NOT_READ_FILES;
      case MAY_READ_ALL -> DoctorCode.MAY_NOT_DUMP;
      case SLOT -> DoctorCode.SLOT_MISSING;
      case FREE_SLOT -> DoctorCode.SLOTS_TAKEN;
      case PHYSICAL_SLOT -> DoctorCode.SLOT_LOGICAL;
      case WHOLE_SLOT -> DoctorCode.SLOT_LOST;
      case REPLICATION_CONNECTION -> DoctorCode.REPLICATION_REFUSED;
    };
  }

  private static void version(ServerLook look, Instant now, List<Finding> found) {
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    EndOfLife.of(look.facts().major())
        .filter(last -> today.isAfter(last.minusDays(SOON_DAYS)))
        .ifPresent(last ->
            found.add(
                Finding.of(
                    today.isAfter(last) ? DoctorCode.END_OF_LIFE : DoctorCode.END_OF_LIFE_SOON,
                    look.subject(),
                    "PostgreSQL "
                        + look.facts().major()
                        + (today.isAfter(last)
                            ? " has not been mended since "
                            : " is mended until ")
                        + last,
                    "Plan the upgrade (pg_upgrade, or 'holdfast dump restore' into a new server);"
                        + " take a full backup after it: holdfast backup "
                        + look.cluster())));
  }

  private static void pool(ServerLook look, List<Finding> found) {
    if (look.health().pooled()) {
      found.add(
          Finding.of(
              DoctorCode.POOLED,
              look.subject(),
              "the connection is not served by the process that answered it: a pool, such as"
                  + " pgbouncer, stands in between",
              "Below the cluster in "
                  + look.wanted().config()
                  + ", name the server's own host in 'connection', and port="
                  + look.facts().port()));
    }
  }

  private static void clock(ServerLook look, List<Finding> found) {
    if (look.clockAhead().abs().compareTo(CLOCKS_AGREE) > 0) {
      long seconds = look.clockAhead().toSeconds();
      found.add(
          Finding.of(
              DoctorCode.SERVER_CLOCK,
              look.subject(),
              "its clock is "
                  + Math.abs(seconds)
                  + " s "
                  + (seconds > 0 ? "ahead of" : "behind")
                  + " this machine's",
              "timedatectl set-ntp true   # on both machines"));
    }
  }

  private static void dumps(ServerLook look, List<Finding> found) {
    var role = look.health().role();
    if (!look.wanted().dumps() || role.superuser()) {
      return;
    }
    if (!role.readsAll()) {
      found.add(
          Finding.of(
              DoctorCode.MAY_NOT_DUMP,
              look.subject(),
              "databases are dumped, and nothing says that the role "
                  + role.name()
                  + " may read every table that comes",
              "GRANT pg_read_all_data TO " + role.name() + ";"));
    }
    if (!role.bypassesRowSecurity() && look.health().database().rowSecured() > 0) {
      found.add(
          Finding.of(
              DoctorCode.ROW_SECURITY,
              look.subject(),
              look.health().database().rowSecured()
                  + " tables of the database "
                  + look.health().database().name()
                  + " have row level security, which holds for the role "
                  + role.name(),
              "ALTER ROLE " + role.name() + " BYPASSRLS;"));
    }
  }

  private static void content(ServerLook look, List<Finding> found) {
    long unlogged = look.health().database().unlogged();
    String database = look.health().database().name();
    if (unlogged > 0) {
      found.add(
          Finding.of(
              DoctorCode.UNLOGGED_TABLES,
              look.subject(),
              unlogged + " unlogged tables in the database " + database,
              "If their rows matter, in psql: SELECT format('ALTER TABLE %s SET LOGGED',"
                  + " oid::regclass) FROM pg_class WHERE relpersistence = 'u' AND relkind = 'r'"
                  + " \\gexec"));
    }
    if (!look.tablespaces().isEmpty()) {
      found.add(
          Finding.of(
              DoctorCode.TABLESPACES,
              look.subject(),
              "tablespaces outside of the data directory: " + String.join(", ", look.tablespaces()),
              "holdfast restore "
                  + look.cluster()
                  + " --to DIRECTORY"
                  + " --tablespace "
                  + look.tablespaces().getFirst()
                  + "=DIRECTORY   # in the places of DIRECTORY empty ones of that machine; --dry-run tries it"));
    }
  }
}
