package io.holdfast.operations.doctor;

import io.holdfast.operations.retention.Policy;
import io.holdfast.operations.status.ClusterStatus;
import io.holdfast.operations.wal.WalGap;
import io.holdfast.repository.BackupId;
import io.holdfast.vocabulary.ByteSize;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Whether what is kept of a cluster would help. */
public final class BackupRules {
  private BackupRules() {}

  public static List<Finding> of(BackupLook look) {
    List<Finding> found = new ArrayList<>();
    found.add(any(look));
    damaged(look, found);
    gaps(look, found);
    lacking(look, found);
    if (look.declared()) {
      found.add(retention(look));
    }
    remains(look, found);
    return found.stream().map(each -> each.in(look.cluster())).toList();
  }

  private static String subject(BackupLook look) {
    return "backups of " + look.cluster();
  }

  private static Finding any(BackupLook look) {
    ClusterStatus status = look.status();
    return status.lastBackup().isEmpty()
        ? Finding.of(
            DoctorCode.NO_BACKUP,
            subject(look),
            "there are none yet",
            "holdfast backup " + look.cluster())
        : Finding.ok(
            subject(look), status.backups() + ", the newest is " + status.lastBackup().get());
  }

  private static void damaged(BackupLook look, List<Finding> found) {
    for (BackupId id : look.status().unreadable()) {
      found.add(
          Finding.of(
              DoctorCode.BACKUP_UNREADABLE,
              subject(look),
              id + " cannot be read",
              "holdfast verify " + look.cluster() + " --repair"));
    }
    look.status()
        .unrestorable()
        .forEach(lost ->
            found.add(
                Finding.of(
                    DoctorCode.BACKUP_UNRESTORABLE,
                    subject(look),
                    lost.id()
                        + " cannot be restored: "
                        + (lost.packs() == 0
                            ? "WAL is missing"
                            : lost.packs() + " of its packs are missing or cut"),
                    "holdfast verify "
                        + look.cluster()
                        + " --repair\nand if no site has it: holdfast backup "
                        + look.cluster()
                        + " --full")));
  }

  private static void gaps(BackupLook look, List<Finding> found) {
    if (!look.status().missingAfter().isEmpty()) {
      found.add(
          Finding.of(
              DoctorCode.WAL_GAP,
              "WAL of " + look.cluster(),
              "nothing after "
                  + look.status().to().map(Object::toString).orElse("")
                  + " can be restored, for there is missing: "
                  + named(look.status().missingAfter()),
              "holdfast backup " + look.cluster() + "   # begins a new window"));
    }
    look.status().windows().stream()
        .filter(window -> !window.missingBefore().isEmpty())
        .forEach(window ->
            found.add(
                Finding.of(
                    DoctorCode.WAL_GAP,
                    "WAL of " + look.cluster(),
                    "moments before "
                        + window.from()
                        + " cannot be restored, for there is missing: "
                        + named(window.missingBefore()),
                    "holdfast sync   # if another site has it. What the server still has:\nholdfast"
                        + " wal push "
                        + look.cluster()
                        + " pg_wal/SEGMENT")));
  }

  private static String named(List<WalGap> gaps) {
    return gaps.stream().map(Object::toString).collect(Collectors.joining(", "));
  }

  private static void lacking(BackupLook look, List<Finding> found) {
    if (!look.notSaved().isEmpty()) {
      found.add(
          Finding.of(
              DoctorCode.DUMP_INCOMPLETE,
              "dumps of " + look.cluster(),
              look.notSavedId().map(id -> id + " lacks what the role may not see: ").orElse("")
                  + String.join("; ", look.notSaved()),
              "GRANT pg_read_all_settings, pg_read_all_data TO the role; for passwords of roles it"
                  + " has to be a superuser, or say logical: { role-passwords: false }. Then:"
                  + " holdfast backup "
                  + look.cluster()
                  + " --kind logical"));
    }
  }

  private static Finding retention(BackupLook look) {
    String subject = "retention of " + look.cluster();
    return look.retention()
        .map(policy ->
            Finding.ok(
                subject,
                "keeps "
                    + policy.words()
                    + "; a removal can be undone for "
                    + Policy.words(policy.grace())))
        .orElseGet(() ->
            Finding.of(
                DoctorCode.NO_RETENTION,
                subject,
                "none is configured: nothing is ever removed",
                "retention: { within: 7d, weekly: 4 }\nin "
                    + look.config()
                    + ", and in schedules: tidy-up: { run: prune --yes, when: daily 05:00 }"));
  }

  private static void remains(BackupLook look, List<Finding> found) {
    ClusterStatus status = look.status();
    if (!status.removed().isEmpty()) {
      found.add(
          Finding.of(
              DoctorCode.REMOVED_WAITING,
              "removed backups of " + look.cluster(),
              status.removed().size()
                  + " wait to be purged, the oldest is "
                  + status.removed().keySet().iterator().next(),
              "holdfast backups list --all " + look.cluster()));
    }
    if (status.leftovers() > 0) {
      found.add(
          Finding.of(
              DoctorCode.LEFTOVERS,
              "leftovers of " + look.cluster(),
              status.leftovers()
                  + " objects of killed backups, "
                  + ByteSize.format(status.leftoverBytes()),
              "holdfast backups delete --leftovers --cluster " + look.cluster() + " --yes"));
    }
  }
}
