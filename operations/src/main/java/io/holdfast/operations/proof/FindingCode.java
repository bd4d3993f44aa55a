package io.holdfast.operations.proof;

import java.util.Optional;

/**
 * What a proof can find. The codes are stable: scripts may rely on them. {@code docs/proof.md} is
 * made from this list.
 */
public enum FindingCode {
  MANIFEST_DAMAGED(
      "manifest.damaged",
      true,
      "What says where everything of the backup lies cannot be read.",
      "Bring a good copy from another site: holdfast verify --repair. If there is none, take a new"
          + " backup."),
  PACK_MISSING(
      "pack.missing",
      true,
      "A pack that the backup needs is gone, or has another size: its files cannot be restored.",
      "holdfast verify --repair brings it from another site. If none has it, take a full backup:"
          + " later ones may need the same pack."),
  PACK_DAMAGED(
      "pack.damaged",
      true,
      "Bytes of a pack are not those that were written.",
      "holdfast verify --repair brings a good copy from another site. Look at the disk or bucket"
          + " that lost them."),
  PAGE_DAMAGED(
      "page.damaged",
      true,
      "A page does not fit its own checksum: it was damaged at the source before or while it was"
          + " backed up, or in the copy.",
      "Check the source with pg_checksums or pg_amcheck. An older backup may hold the page whole."),
  WAL_MISSING(
      "wal.missing",
      true,
      "WAL is gone that the backup needs to become consistent, or, where it is to be recovered to the"
          + " latest moment, that leads there.",
      "holdfast verify --repair or holdfast sync bring it from another site. Else take a new backup"
          + " and see why WAL was lost: holdfast wal list."),
  WAL_GAP(
      "wal.gap",
      false,
      "WAL is archived that cannot be reached from this backup, for the WAL right after the backup is"
          + " not there: nothing archives WAL between backups, or what it archived was lost.",
      "holdfast status and holdfast wal list say what is missing. If WAL is archived, bring it from"
          + " another site (holdfast sync) or take a new backup; if none is, only the moments of"
          + " backups can be restored."),
  WAL_DAMAGED(
      "wal.damaged",
      true,
      "WAL that the backup needs cannot be read.",
      "holdfast verify --repair brings a good copy from another site. Else take a new backup."),
  HISTORY_DAMAGED(
      "history.damaged",
      true,
      "The history of a newer timeline is gone, cannot be read, or says that the timeline begins"
          + " where its WAL does not: recovery would stay on an older timeline without a word, and"
          + " lack all since the promotion.",
      "holdfast verify --repair or holdfast sync bring it from another site. The server may have it"
          + " still: holdfast wal push pg_wal/….history. Else take a new backup on this timeline."),
  TARGET_OUT_OF_REACH(
      "target.out-of-reach",
      true,
      "No backup and WAL lead to where the copy was to be recovered to.",
      "holdfast status says what can be restored, and where WAL is missing."),
  RESTORE_FAILED(
      "restore.failed",
      true,
      "The restore ended with an error.",
      "Read the error: it is what you would see in an emergency."),
  RECOVERY_FAILED(
      "recovery.failed",
      true,
      "The restored server did not come up, or ended before recovery was over.",
      "Read the server's last words in the finding. Prove another backup to learn whether this one"
          + " alone is affected."),
  TRANSACTION_MISSING(
      "transaction.missing",
      true,
      "The last transaction before the target, as the archived WAL has it, is not in the copy:"
          + " recovery ended too early.",
      "Restore to the same target by hand and look at the server's log. Please report it."),
  TRANSACTION_BEYOND(
      "transaction.beyond",
      true,
      "A transaction that committed after the target is in the copy: recovery went too far.",
      "Restore to the same target by hand and look at the server's log. Please report it."),
  RUNBOOK_FAILED(
      "runbook.failed",
      true,
      "A command of the runbook, carried out with nothing but the recovery kit and one site, did not"
          + " do what it is there for: so it would go in an emergency.",
      "Read its last words in the finding. Complete the recovery kit, or write the runbook anew:"
          + " holdfast runbook --publish."),
  RUNBOOK_STALE(
      "runbook.stale",
      false,
      "The page that lies beside the backups has other commands than it would have now: somebody"
          + " changed it, or something changed since it was written.",
      "holdfast runbook --publish writes it anew. If nobody of you changed it, see who can write to"
          + " the site."),
  BUDGET_EXCEEDED(
      "budget.exceeded",
      true,
      "Restoring took longer than it may.",
      "More --jobs, a nearer site, more frequent backups (less WAL to replay), or a larger budget."),
  INDEX_CORRUPT(
      "index.corrupt",
      true,
      "An index does not fit its table, or is damaged: queries through it give wrong answers.",
      "REINDEX it at the source, and check the source with pg_amcheck."),
  HEAP_CORRUPT(
      "heap.corrupt",
      true,
      "Rows of a table are damaged.",
      "Check the source with pg_amcheck at once; an older backup may hold the rows whole."),
  FILE_UNREADABLE(
      "file.unreadable",
      true,
      "A file of a table or index is missing, or cannot be read: its content is gone.",
      "Look at the source at once: is the file there? An older backup may have it."),
  VISIBILITY_STALE(
      "visibility.stale",
      true,
      "The visibility map says of a page that all may see all of it, and that is not so:"
          + " index-only scans give wrong answers, and vacuum may leave old transaction ids behind.",
      "At the source: VACUUM (DISABLE_PAGE_SKIPPING) the table, and look for the cause."),
  ROWS_LOST(
      "rows.lost",
      true,
      "An index leads to rows that the table does not have: its file lost its end, or pages of it"
          + " were emptied. PostgreSQL reads such a table as a shorter one and says nothing.",
      "Look at the source: does a query that is answered from the index (EXPLAIN says Index Only"
          + " Scan) count more rows than one that reads the table? An older backup may have them."),
  ROLE_MISSING(
      "role.missing",
      true,
      "Things belong to a role that does not exist, or are granted to it. DROP ROLE refuses to"
          + " leave any: rows of the catalog of roles are lost, and whoever logged in with it"
          + " cannot after a restore.",
      "At the source: is the role in pg_roles? An older backup may have it. What is lost is made"
          + " anew by CREATE ROLE, and given back by ALTER … OWNER TO as a superuser."),
  COLLATION_DIFFERS(
      "collation.version",
      false,
      "Texts may be in another order on this machine than where the indexes were built. Where that"
          + " is so index.corrupt is found too.",
      "Restore on a machine with the same operating system release, or REINDEX after a restore and"
          + " then ALTER DATABASE … REFRESH COLLATION VERSION."),
  DATABASE_MISSING(
      "database.missing",
      true,
      "A database that the backup lists is not in the copy.",
      "Was it dropped in the WAL that was replayed? Prove with --at immediate to see."),
  CONTENT_DIFFERS(
      "content.differs",
      true,
      "Rows, content or definitions of the restored database are not those that were counted in the"
          + " dump's own snapshot.",
      "Do not rely on this backup. Take another one and prove it; report the difference."),
  SEQUENCE_BEHIND(
      "sequence.behind",
      false,
      "The next value of a sequence is in its column already: the next insert would fail.",
      "At the source: SELECT setval(…, max(column)). Rows with hand-made keys do this too."),
  ROWS_VANISHED(
      "rows.vanished",
      false,
      "A table had many rows when a backup of this cluster was proven last, and now it has none.",
      "Was it meant to be emptied? If not, the backup is good and the data is gone: an older backup"
          + " has it."),
  ASSERTION_FAILED(
      "assertion.failed",
      true,
      "A statement of yours about the data does not hold in the copy.",
      "Look into the copy: holdfast prove --keep leaves it running."),
  ASSERTION_ERROR(
      "assertion.error",
      true,
      "A statement of yours about the data could not be answered.",
      "A table that is missing in the copy, or a mistake in the statement."),
  HOOK_FAILED(
      "hook.failed",
      true,
      "Your command said that the copy does not serve.",
      "Its last words are in the finding.");

  private final String text;
  private final boolean fault;
  private final String why;
  private final String whatToDo;

  FindingCode(String text, boolean fault, String why, String whatToDo) {
    this.text = text;
    this.fault = fault;
    this.why = why;
    this.whatToDo = whatToDo;
  }

  public String text() {
    return text;
  }

  /** Whether the proof fails by it; else it is a warning. */
  public boolean fault() {
    return fault;
  }

  public String why() {
    return why;
  }

  public String whatToDo() {
    return whatToDo;
  }

  /** Empty if a newer program knows it. */
  public static Optional<FindingCode> of(String text) {
    for (FindingCode code : values()) {
      if (code.text.equals(text)) {
        return Optional.of(code);
      }
    }
    return Optional.empty();
  }
}
