package io.holdfast.operations.restore;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The settings that lead recovery to its target. */
final class RecoverySettings {
  /**
   * What an earlier recovery may have left in configuration files. At most one target may be set,
   * and setting another to nothing does not undo it, so these must go.
   */
  static final Set<String> LEFTOVERS =
      Set.of(
          "restore_command",
          "archive_cleanup_command",
          "recovery_end_command",
          "recovery_min_apply_delay",
          "recovery_target",
          "recovery_target_name",
          "recovery_target_time",
          "recovery_target_xid",
          "recovery_target_lsn",
          "recovery_target_inclusive",
          "recovery_target_timeline",
          "recovery_target_action",
          "promote_trigger_file",
          "trigger_file",
          "standby_mode",
          "primary_conninfo",
          "primary_slot_name");

  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS'+00'").withZone(ZoneOffset.UTC);

  private RecoverySettings() {}

  static Map<String, String> of(RestoreRequest request, Route route, List<String> walCommand) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("restore_command", RestoreCommand.of(walCommand));
    // A command of the source's would clean the archive of the source.
    settings.put("archive_cleanup_command", "");
    settings.put("recovery_end_command", "");
    settings.put("recovery_target_timeline", timeline(request, route));
    switch (route.instead().orElse(request.target())) {
      case RecoveryTarget.Latest latest -> {}
      case RecoveryTarget.Immediate immediate -> settings.put("recovery_target", "immediate");
      case RecoveryTarget.Moment moment -> {
        settings.put("recovery_target_time", MICROSECONDS.format(moment.instant()));
        settings.put("recovery_target_inclusive", onOff(moment.inclusive()));
      }
      case RecoveryTarget.Position position -> {
        settings.put("recovery_target_lsn", position.lsn().toString());
        settings.put("recovery_target_inclusive", onOff(position.inclusive()));
      }
      case RecoveryTarget.Transaction transaction -> {
        settings.put("recovery_target_xid", Long.toUnsignedString(transaction.xid()));
        settings.put("recovery_target_inclusive", onOff(transaction.inclusive()));
      }
      case RecoveryTarget.Named named -> settings.put("recovery_target_name", named.name());
    }
    if (!(request.target() instanceof RecoveryTarget.Latest)) {
      settings.put("recovery_target_action", request.action().setting());
    }
    request.primaryConninfo().ifPresent(conninfo -> settings.put("primary_conninfo", conninfo));
    return settings;
  }

  /**
   * Always said: PostgreSQL's own default would follow whatever timeline appears in the archive. A
   * standby is meant to.
   */
  private static String timeline(RestoreRequest request, Route route) {
    if (request.standby() && request.target() instanceof RecoveryTarget.Latest) {
      return "latest";
    }
    return route.historyKnown() ? Integer.toString(route.path().timeline()) : "current";
  }

  private static String onOff(boolean yes) {
    return yes ? "on" : "off";
  }

  static String signalFile(RestoreRequest request) {
    return request.standby() ? "standby.signal" : "recovery.signal";
  }
}
