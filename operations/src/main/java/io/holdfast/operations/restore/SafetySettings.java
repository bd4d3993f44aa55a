package io.holdfast.operations.restore;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.RecoveryMinimums;
import io.holdfast.postgres.ServerSession.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What keeps a restored copy from doing harm: it must not archive into the source's archive, wait
 * for the source's standbys, pull the source's subscriptions, run the source's scheduled jobs, or
 * need anything that only the source's machine has.
 */
final class SafetySettings {
  /**
   * Preloaded libraries that do nothing by themselves; and those without which WAL is unreadable.
   */
  private static final Set<String> HARMLESS =
      Set.of(
          "auto_explain",
          "pg_hint_plan",
          "pg_qualstats",
          "pg_stat_kcache",
          "pg_stat_monitor",
          "pg_stat_statements",
          "pg_wait_sampling",
          "pgaudit",
          "plpgsql",
          "set_user",
          "pgroonga_wal_resource_manager",
          "orioledb",
          "pg_tde");

  private SafetySettings() {}

  /**
   * @param libraries where the server's loadable libraries lie, if that is known
   */
  static Map<String, String> of(
      PhysicalDetails details,
      Path directory,
      int port,
      Optional<Path> libraries,
      Optional<RecoveryMinimums> replayed) {
    int major = details.server().major();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("cluster_name", "holdfast-restore");
    settings.put("listen_addresses", "localhost");
    settings.put("port", Integer.toString(port));
    settings.put("unix_socket_directories", socketDirectory(directory));
    settings.put("unix_socket_group", "");
    settings.put("archive_mode", "off");
    settings.put("archive_command", "");
    if (major >= 15) {
      settings.put("archive_library", "");
    }
    settings.put("primary_conninfo", "");
    settings.put("primary_slot_name", "");
    settings.put("recovery_min_apply_delay", "0");
    settings.put("synchronous_standby_names", "");
    settings.put("max_logical_replication_workers", "0");
    if (major >= 17) {
      settings.put("summarize_wal", "off");
      settings.put("sync_replication_slots", "off");
      settings.put("synchronized_standby_slots", "");
    }
    settings.put(
        "shared_preload_libraries",
        String.join(", ", kept(value(details, "shared_preload_libraries"), libraries)));
    settings.put("session_preload_libraries", "");
    settings.put("local_preload_libraries", "");
    settings.put("logging_collector", "off");
    settings.put("log_destination", "stderr");
    settings.put("lc_messages", "C");
    settings.put("log_min_messages", "warning");
    settings.put("huge_pages", "try");
    if (major == 14) {
      settings.put("stats_temp_directory", "pg_stat_tmp");
    }
    if (value(details, "io_method").equals("io_uring")) {
      settings.put("io_method", "worker");
    }
    if (value(details, "ssl").equals("on") && !hasCertificate(details, directory)) {
      settings.put("ssl", "off");
    }
    settings.putAll(standbyMinimums(details, replayed));
    return settings;
  }

  /**
   * With hot_standby on, recovery refuses values below those the source had (xlogrecovery.c,
   * RecoveryRequiresIntParameter): those in pg_control, and those it changed to in the WAL that is
   * replayed, where recovery would pause, for good if nobody looks.
   */
  static Map<String, String> standbyMinimums(
      PhysicalDetails details, Optional<RecoveryMinimums> replayed) {
    ControlFile control = details.parsedControl();
    RecoveryMinimums begun =
        new RecoveryMinimums(
            control.maxConnections(),
            control.maxWorkerProcesses(),
            control.maxWalSenders(),
            control.maxPreparedTransactions(),
            control.maxLocksPerTransaction());
    RecoveryMinimums all = replayed.map(begun::and).orElse(begun);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("hot_standby", "on");
    atLeast(settings, details, "max_connections", all.connections());
    atLeast(settings, details, "max_worker_processes", all.workerProcesses());
    atLeast(settings, details, "max_wal_senders", all.walSenders());
    atLeast(settings, details, "max_prepared_transactions", all.preparedTransactions());
    atLeast(settings, details, "max_locks_per_transaction", all.locksPerTransaction());
    return settings;
  }

  private static void atLeast(
      Map<String, String> settings, PhysicalDetails details, String name, int minimum) {
    int recorded;
    try {
      recorded = Integer.parseInt(value(details, name));
    } catch (NumberFormatException e) {
      recorded = 0;
    }
    settings.put(name, Integer.toString(Math.max(recorded, minimum)));
  }

  /** Libraries that the source preloads. */
  static List<String> preloaded(PhysicalDetails details) {
    return names(value(details, "shared_preload_libraries"));
  }

  /** Preloaded libraries that a copy goes without. */
  static List<String> dropped(PhysicalDetails details, Optional<Path> libraries) {
    String all = value(details, "shared_preload_libraries");
    Set<String> kept = new TreeSet<>(kept(all, libraries));
    return names(all).stream().filter(name -> !kept.contains(name)).toList();
  }

  private static List<String> kept(String all, Optional<Path> libraries) {
    return names(all).stream()
        .filter(name -> HARMLESS.contains(name.substring(name.lastIndexOf('/') + 1)))
        .filter(
            name -> libraries.isPresent() && Files.exists(libraries.get().resolve(name + ".so")))
        .toList();
  }

  private static List<String> names(String list) {
    return List.of(list.split(",")).stream()
        .map(name -> name.strip().replace("\"", "").replace("$libdir/", ""))
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static boolean hasCertificate(PhysicalDetails details, Path directory) {
    String file = value(details, "ssl_cert_file");
    Path path = directory.resolve(file.isEmpty() ? "server.crt" : file);
    // One inside the data directory comes with the backup.
    return path.startsWith(directory) || Files.isReadable(path);
  }

  /** The data directory itself, private to its owner, unless a socket's name would not fit. */
  static String socketDirectory(Path directory) {
    String path = directory.toString();
    boolean fits =
        (path + "/.s.PGSQL.65535").getBytes(java.nio.charset.StandardCharsets.UTF_8).length < 107;
    return fits && path.chars().noneMatch(c -> c == ',' || c == '"') ? path : "/tmp";
  }

  private static String value(PhysicalDetails details, String name) {
    return details.settings().stream()
        .filter(s -> s.name().equals(name))
        .map(Setting::value)
        .findFirst()
        .orElse("");
  }
}
