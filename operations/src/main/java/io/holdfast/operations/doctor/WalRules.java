package io.holdfast.operations.doctor;

import io.holdfast.postgres.ServerHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the WAL between backups is kept, and by whom. */
public final class WalRules {
  private WalRules() {}

  public static List<Finding> of(WalLook look) {
    Optional<Archiving> archiving = look.server().map(Archiving::of);
    List<Finding> found = new ArrayList<>();
    found.add(kept(look, archiving));
    archiving.ifPresent(each -> byTheServer(look, each, found));
    look.server()
        .flatMap(ServerHealth::archiver)
        .filter(ServerHealth.Archiver::failing)
        .filter(_ -> archiving.filter(Archiving::on).isPresent())
        .ifPresent(archiver -> found.add(failing(look, archiver)));
    return found.stream().map(each -> each.in(look.cluster())).toList();
  }

  private static Finding kept(WalLook look, Optional<Archiving> archiving) {
    if (look.receiver().isPresent()) {
      var holder = look.receiver().get();
      return Finding.ok(
          look.subject(),
          "received by process "
              + holder.pid()
              + " on "
              + holder.host()
              + " since "
              + holder.acquired());
    }
    if (archiving.filter(Archiving::pushes).isPresent()) {
      return Finding.ok(
          look.subject(),
          "no receiver, but the server archives it: archive_command = '"
              + archiving.get().command()
              + "'");
    }
    if (look.server().isEmpty() && look.receives()) {
      return Finding.of(
          DoctorCode.NOT_CHECKED,
          look.subject(),
          "no receiver is at work; could not check whether the server archives it",
          "");
    }
    return look.receives()
        ? Finding.of(
            DoctorCode.NO_RECEIVER,
            look.subject(),
            "nothing receives it now: the moments between backups cannot be restored",
            "holdfast serve   # as a service: docs/operations.md\nor for this one alone: holdfast"
                + " wal receive "
                + look.cluster())
        : Finding.of(
            DoctorCode.NO_WAL,
            look.subject(),
            "it is not kept, as 'wal: { receive: false }' says",
            "If it is to be: take that line out, and start holdfast serve.");
  }

  private static void byTheServer(WalLook look, Archiving archiving, List<Finding> found) {
    if (archiving.idle()) {
      found.add(
          Finding.of(
              DoctorCode.ARCHIVING_IDLE,
              look.subject(),
              "archive_mode is " + archiving.mode() + ", and no archive_command is set",
              "ALTER SYSTEM SET archive_command = '/bin/true'; SELECT pg_reload_conf();  -- where"
                  + " WAL is received. Else: holdfast-wal push "
                  + look.cluster()
                  + " %p, with its whole path"));
    } else if (archiving.on() && !archiving.pushes()) {
      found.add(
          Finding.of(
              DoctorCode.ARCHIVING_ELSEWHERE,
              look.subject(),
              "the server archives it elsewhere too: "
                  + (archiving.module().isEmpty()
                      ? "archive_command = '" + archiving.command() + "'"
                      : "archive_library = '" + archiving.module() + "'"),
              ""));
    }
  }

  private static Finding failing(WalLook look, ServerHealth.Archiver archiver) {
    return Finding.of(
        DoctorCode.ARCHIVING_FAILS,
        look.subject(),
        "the server could not archive "
            + archiver.lastFailedFile()
            + ", the last time at "
            + archiver.lastFailed().map(Object::toString).orElse("")
            + "; "
            + archiver.failed()
            + " failures",
        "The server's log says why (archive_command failed). When it is mended: SELECT"
            + " pg_stat_reset_shared('archiver');");
  }
}
