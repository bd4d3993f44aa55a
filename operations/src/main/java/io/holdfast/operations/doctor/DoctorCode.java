package io.holdfast.operations.doctor;

import static io.holdfast.operations.doctor.Severity.FAULT;
import static io.holdfast.operations.doctor.Severity.NOTE;
import static io.holdfast.operations.doctor.Severity.UNCHECKED;
import static io.holdfast.operations.doctor.Severity.WARNING;

/**
 * What can be found. The codes are stable: scripts may rely on them. {@code docs/doctor.md} is made
 * from this list.
 */
public enum DoctorCode {
  SERVER_UNREACHABLE(
      "server.unreachable",
      FAULT,
      "No session with the server could be had.",
      "Nothing can be backed up that cannot be reached. What is in the repository is not affected."),
  WAL_LEVEL(
      "server.wal-level",
      FAULT,
      "wal_level is minimal.",
      "WAL then leaves out what a backup needs to become consistent; PostgreSQL refuses to start one."),
  WAL_SENDERS(
      "server.no-wal-senders",
      FAULT,
      "max_wal_senders is 0.",
      "Neither a receiver nor a backup can read WAL from the server."),
  REPLICATION_SLOTS(
      "server.no-replication-slots",
      FAULT,
      "max_replication_slots is 0.",
      "Without a slot the server removes WAL that was not received yet: a pause of the receiver is"
          + " a hole in what can be restored."),
  FULL_PAGE_WRITES_OFF(
      "server.full-page-writes-off",
      FAULT,
      "full_page_writes is off.",
      "A backup copies pages while they are written. Without whole pages in WAL the torn ones among"
          + " them cannot be mended by recovery."),
  FSYNC_OFF(
      "server.fsync-off",
      WARNING,
      "fsync is off.",
      "A crash of the machine can destroy the cluster beyond recovery, and backups taken after it"
          + " keep the damage."),
  CHECKSUMS_OFF(
      "server.checksums-off",
      WARNING,
      "Data checksums are off.",
      "Damage by disk or memory is backed up as if it were data, and is seen when the last good"
          + " backup is gone."),
  END_OF_LIFE(
      "server.end-of-life",
      WARNING,
      "The makers of PostgreSQL mend this version no longer.",
      "Bugs that lose data, and holes in security, stay as they are."),
  END_OF_LIFE_SOON(
      "server.end-of-life-soon",
      NOTE,
      "This version will not be mended any more in half a year.",
      "An upgrade is easier while the old version is still mended."),
  SERVER_CLOCK(
      "server.clock",
      WARNING,
      "The server's clock and this machine's are more than 20 seconds apart.",
      "A restore to a time goes by the server's clock; ages, retention and alarms by this one's."
          + " Whoever says 'to 10:14' gets another moment."),
  UNLOGGED_TABLES(
      "server.unlogged-tables",
      NOTE,
      "There are unlogged tables in the database that the connection is to.",
      "Their rows are not in WAL and not in a physical backup: after a restore they are empty."
          + " Dumps have them."),
  TABLESPACES(
      "server.tablespaces",
      NOTE,
      "There are tablespaces outside of the data directory.",
      "A restore has to put them somewhere. On the same machine that is not where they are: decide"
          + " before the night when it matters."),
  POOLED(
      "connection.pooled",
      FAULT,
      "The connection goes through a pool of connections, such as pgbouncer.",
      "A backup has to begin and end in one session, and WAL comes through a replication"
          + " connection. A pool gives each statement or transaction another session and knows no"
          + " replication."),
  REPLICATION_REFUSED(
      "connection.replication-refused",
      FAULT,
      "The server refuses a replication connection.",
      "WAL cannot be received, and a backup cannot bring the WAL that makes it consistent."),
  MAY_NOT_REPLICATE(
      "role.replication", FAULT, "The role has no right to replicate.", "Receiving WAL needs it."),
  MAY_NOT_SEE_SETTINGS(
      "role.settings",
      FAULT,
      "The role may not see where the data directory is.",
      "Files are read from there, and settings are kept with each backup."),
  MAY_NOT_BACK_UP(
      "role.backup",
      FAULT,
      "The role may not start and stop a backup.",
      "No physical backup can be taken."),
  MAY_NOT_MARK_WAL(
      "role.wal-marks",
      NOTE,
      "The role may not end WAL segments and create restore points.",
      "Backups work; the end of a backup's WAL may come late on a server that writes little."),
  MAY_NOT_READ_FILES(
      "role.files",
      FAULT,
      "The role may not read the server's files through SQL, and 'source: sql' wants that.",
      "No physical backup can be taken through the connection."),
  MAY_NOT_DUMP(
      "role.dump",
      WARNING,
      "Databases are dumped, and the role has neither pg_read_all_data nor is it a superuser.",
      "Single grants may do today. pg_dump fails at the first table that it may not read, such as"
          + " one that is made tomorrow, and with it the whole backup."),
  ROW_SECURITY(
      "role.row-security",
      FAULT,
      "Databases are dumped, tables have row level security, and it holds for the role.",
      "pg_dump refuses such tables, for it would leave out rows that the role may not see."),
  SLOT_MISSING(
      "slot.missing",
      NOTE,
      "Our replication slot does not exist yet.",
      "The receiver creates it. Until then the server does not keep WAL for us."),
  SLOTS_TAKEN(
      "slot.none-free",
      FAULT,
      "All replication slots are taken, and ours is not among them.",
      "The receiver cannot create its slot."),
  SLOT_LOGICAL(
      "slot.logical",
      FAULT,
      "The replication slot of the configured name is a logical one.",
      "WAL cannot be received through it. It belongs to somebody else."),
  SLOT_LOST(
      "slot.lost",
      FAULT,
      "Our replication slot has lost WAL that it was to keep.",
      "There is a hole in what can be restored, from where the receiver was until the next backup."),
  SLOT_UNRESERVED(
      "slot.unreserved",
      WARNING,
      "Our replication slot is about to lose the WAL that it is to keep.",
      "At the next checkpoint the server removes it, and there is a hole in what can be restored."),
  SLOT_GROWING(
      "slot.growing",
      WARNING,
      "Nobody reads our replication slot, and the server keeps more than 1 GiB of WAL for it.",
      "It goes on until the disk is full or the slot is lost. A full disk stops the database."),
  SLOT_FOREIGN(
      "slot.foreign",
      WARNING,
      "Nobody reads a slot of somebody else, for which more than 1 GiB of WAL is kept.",
      "A forgotten slot fills the disk, which stops the database."),
  SLOT_UNLIMITED(
      "slot.unlimited",
      WARNING,
      "max_slot_wal_keep_size sets no limit to what slots keep.",
      "While the receiver is away, WAL is kept until the disk is full, and the database stops. With"
          + " a limit the slot is lost instead, which the next backup mends."),
  SLOT_LIMIT_SMALL(
      "slot.limit-small",
      WARNING,
      "max_slot_wal_keep_size is less than 1 GB.",
      "A few minutes of load while the receiver is away, and the slot is lost."),
  NO_RECEIVER(
      "wal.not-received",
      WARNING,
      "WAL is to be received, nothing does it now, and the server does not archive it to us.",
      "Only moments of backups can be restored: what was written since the last one is lost with"
          + " the server. A slot left behind makes the server keep its WAL until the disk is full."),
  NO_WAL(
      "wal.not-kept",
      NOTE,
      "WAL is not kept, as the configuration says.",
      "Only the moments of backups can be restored."),
  WAL_GAP(
      "wal.gap",
      WARNING,
      "WAL is missing between WAL that is there.",
      "The moments in between cannot be restored, and none after them from an earlier backup."),
  ARCHIVING_FAILS(
      "archiving.fails",
      FAULT,
      "What archive_command was last asked to do failed.",
      "The server keeps WAL until it is archived: until the disk is full, and the database stops."
          + " What is not archived is not safe."),
  ARCHIVING_IDLE(
      "archiving.idle",
      WARNING,
      "archive_mode is on, and nothing is set that archives.",
      "The server keeps all WAL until something takes it: until the disk is full."),
  ARCHIVING_ELSEWHERE(
      "archiving.elsewhere",
      NOTE,
      "The server's archive_command belongs to something else than Holdfast.",
      "That does no harm beside a receiver. Whoever restores should know that there are two archives."),
  DIRECTORY_UNREADABLE(
      "directory.unreadable",
      FAULT,
      "The data directory cannot be read from here, and 'source: local' wants that.",
      "No physical backup can be taken."),
  DIRECTORY_FOREIGN(
      "directory.foreign",
      FAULT,
      "The data directory belongs to another server than the connection.",
      "A backup would have one server's files and the other one's WAL, and be worth nothing; it is"
          + " refused."),
  PROGRAMS_MISSING(
      "programs.server",
      NOTE,
      "PostgreSQL's server programs of this version are not on this machine.",
      "'restore --start' needs them here. Backups do not."),
  CLIENTS_MISSING(
      "programs.client",
      FAULT,
      "Databases are dumped, and pg_dump of the server's version or newer is not on this machine.",
      "An older one leaves out what it does not know, so it is refused."),
  CLIENTS_UNUSED(
      "programs.client-unused",
      NOTE,
      "pg_dump of the server's version or newer is not on this machine.",
      "'backup --kind logical' and 'dump restore' will not work. Physical backups do not need it."),
  REPOSITORY_UNUSABLE(
      "repository.unusable",
      FAULT,
      "The repository cannot be opened, or what it has of a cluster cannot be read or written.",
      "No backup can be taken, and perhaps none restored."),
  NO_BACKUP(
      "backup.none",
      WARNING,
      "There is no backup of the cluster.",
      "If the server is lost now, everything is."),
  BACKUP_OLD(
      "backup.old",
      WARNING,
      "The newest backup is older than twice the time between two that are scheduled.",
      "Backups have stopped. A restore takes longer each day, for it replays more WAL; without WAL"
          + " the days since are lost."),
  BACKUP_UNREADABLE(
      "backup.unreadable",
      FAULT,
      "A backup's manifest is damaged, or of a newer version of Holdfast.",
      "It cannot be restored as it is."),
  BACKUP_UNRESTORABLE(
      "backup.unrestorable",
      FAULT,
      "A backup has lost WAL or packs that it cannot do without.",
      "It cannot be restored, nor any later one that needs the same packs."),
  DUMP_INCOMPLETE(
      "dump.incomplete",
      WARNING,
      "The newest dump lacks what the role may not see: roles, their passwords, settings.",
      "On a new server nobody can log in, or grants fail, until somebody remembers what there was."),
  NO_RETENTION(
      "retention.none",
      WARNING,
      "No retention is configured.",
      "Nothing is ever removed: the repository grows until it is full, and then backups fail."),
  REMOVED_WAITING(
      "backup.removed",
      NOTE,
      "Backups were removed and wait for being deleted.",
      "Until then they can be brought back, and take room."),
  LEFTOVERS(
      "backup.leftovers",
      NOTE,
      "Objects lie there that no backup names: killed backups left them.",
      "They take room, and nothing else."),
  NO_PROOF(
      "proof.none",
      WARNING,
      "No backup of the cluster was ever restored to see whether it can be.",
      "A backup counts when it has been restored. Until then everybody hopes."),
  PROOF_OLD(
      "proof.old",
      WARNING,
      "The last proof that restored a backup is older than 35 days.",
      "What broke since then is found in the emergency."),
  PROOF_FAILED(
      "proof.failed",
      FAULT,
      "The last proof failed.",
      "The backup did not restore, or did not restore what it should."),
  PLAN_OVERDUE(
      "proof.plan-overdue",
      WARNING,
      "A test plan was not carried out when it should have been.",
      "Backups are not tried as often as you decided."),
  NO_DRILL(
      "proof.no-drill",
      NOTE,
      "The emergency was not rehearsed in the last 100 days.",
      "That the recovery kit, the keys in it and the runbook's commands suffice is only known when"
          + " somebody used nothing else."),
  NO_SCHEDULE(
      "schedule.none",
      WARNING,
      "No schedule backs the cluster up, and there is no backup of the last eight days.",
      "Backups that somebody has to remember are forgotten."),
  SCHEDULED_ELSEWHERE(
      "schedule.elsewhere",
      NOTE,
      "No schedule backs the cluster up; something else does.",
      "Whether that runs, and catches up, nobody here can see."),
  RARER_THAN_KEPT(
      "schedule.rarer-than-kept",
      WARNING,
      "The time between two physical backups is longer than what retention keeps ('within').",
      "WAL has to be kept from before that time on, and a restore replays all of it; one backup that"
          + " fails, and the time is twice as long."),
  NO_PRUNE(
      "schedule.no-prune",
      WARNING,
      "There is a retention, and no schedule that carries it out.",
      "Nothing is removed: the repository grows until it is full, and then backups fail."),
  NO_PROOF_SCHEDULED(
      "schedule.no-proof",
      WARNING,
      "Backups are scheduled, proofs are not, and there is no test plan.",
      "Backups that nobody tries fail in silence."),
  DUMPS_ONLY(
      "schedule.dumps-only",
      NOTE,
      "Only dumps are taken of the cluster.",
      "What was written since the last dump is lost with the server, and a large database takes long"
          + " to load."),
  SCHEDULE_PAUSED(
      "schedule.paused", NOTE, "A schedule is paused.", "It stays so until somebody resumes it."),
  SCHEDULE_OVERDUE(
      "schedule.overdue",
      WARNING,
      "A schedule was due and has not run.",
      "holdfast serve does not run, or has no room for it."),
  SCHEDULE_FAILED(
      "schedule.failed",
      WARNING,
      "The last run of a schedule failed, was refused, or was missed.",
      "What it was to do was not done."),
  SCHEDULE_RECORDS(
      "schedule.records",
      WARNING,
      "A record of a schedule's runs or pauses is of the future, damaged, or no record at all.",
      "A clock was or is wrong, or the site damages what it keeps. A run of the future does not"
          + " count; a pause does, until somebody resumes the schedule."),
  NODES_BACKED_UP(
      "nodes.backed-up",
      FAULT,
      "The database that nodes share lies in a server that is backed up here.",
      "When that server is down its rescue would wait for it: holdfast serve refuses to start."),
  NODES_UNREACHABLE(
      "nodes.unreachable",
      WARNING,
      "The database that nodes share does not answer.",
      "Runs and receivers go on. Each node starts by itself what is due, so many may ask the"
          + " repository for the same."),
  NODES_UNFIT(
      "nodes.unfit",
      WARNING,
      "The database that nodes share cannot hold their table.",
      "It is of no use then: each node starts by itself what is due."),
  SITE_UNREACHABLE(
      "site.unreachable",
      FAULT,
      "A site that has to be there cannot be used.",
      "Backups and WAL fail until it is back."),
  SITE_AWAY(
      "site.away",
      WARNING,
      "A further site cannot be reached.",
      "It lacks what is written meanwhile; there is one copy less."),
  SITE_EMPTY(
      "site.no-repository",
      FAULT,
      "There is no repository at a site's place.",
      "A disk that is not mounted looks like this: backups would go into the empty directory"
          + " beneath."),
  SITE_UNSAFE(
      "site.unsafe",
      FAULT,
      "The store does not keep what a repository relies on.",
      "Two writers that meet there can destroy each other's work without a word."),
  SITE_CLOCK(
      "site.clock",
      WARNING,
      "A site's clock and this machine's are more than 20 seconds apart.",
      "Who holds a lease is judged by clocks: two hosts may both believe that it is theirs."),
  SITE_BEHIND(
      "site.behind",
      WARNING,
      "A site lacks backups that another one has, or its WAL ends more than an hour earlier.",
      "If the other sites are lost, what it lacks is."),
  SITE_KEYS_DIFFER(
      "site.keys-differ",
      WARNING,
      "A site opens with other keys than the first one.",
      "A key that was removed still opens it, or one that you rely on does not."),
  SINGLE_SITE(
      "site.single",
      WARNING,
      "The repository lies on one site alone.",
      "One fire, one theft, one closed account takes all backups. Three copies, on two kinds of"
          + " storage, one of them elsewhere, is the rule of old."),
  SITES_SHARE_DISK(
      "site.same-disk",
      WARNING,
      "Two sites lie on the same file system.",
      "They are lost together: it is one copy."),
  BESIDE_THE_DATA(
      "site.beside-the-data",
      WARNING,
      "All sites lie on the file system of a server's data directory.",
      "The disk that takes the database takes the backups; and when backups fill it, the database"
          + " stops."),
  UNPROTECTED(
      "site.unprotected",
      NOTE,
      "No site keeps what is deleted there.",
      "Whoever takes over this machine can delete all backups before he asks for money."),
  LOCK_IMPOSSIBLE(
      "bucket.no-object-lock",
      FAULT,
      "The configuration asks for 'lock', and the bucket has no object lock.",
      "Nothing can be written there."),
  NO_VERSIONS(
      "bucket.no-versions",
      NOTE,
      "The bucket keeps no versions of what is deleted.",
      "Whoever has this machine's access key can delete all backups there for good."),
  VERSIONS_UNKNOWN(
      "bucket.versions-unknown",
      UNCHECKED,
      "Whether the bucket keeps versions cannot be seen with this access key.",
      "If it does not, whoever has the key can delete all backups there for good."),
  MAY_DELETE_VERSIONS(
      "bucket.key-deletes-versions",
      NOTE,
      "This machine's access key may delete versions for good.",
      "Whoever takes over the machine can do that too, as soon as locks have ended."),
  MAY_BYPASS(
      "bucket.key-ends-locks",
      NOTE,
      "This machine's access key may end locks of mode governance before their time.",
      "The locks do not hold against whoever takes over this machine."),
  NO_EXPIRY(
      "bucket.no-expiry",
      NOTE,
      "No life-cycle rule removes old versions.",
      "What is pruned stays as a version, and is paid for."),
  UNENCRYPTED(
      "key.unencrypted",
      NOTE,
      "The repository is not encrypted.",
      "Whoever reads its files reads your data, on every site and every copy of one."),
  KEY_ALONE(
      "key.alone",
      WARNING,
      "One key alone opens the repository.",
      "If it is lost nobody can restore anything, ever. A second one, kept elsewhere, costs nothing."),
  KEY_DAMAGED(
      "key.damaged",
      WARNING,
      "A key slot is damaged and opens nothing.",
      "Whoever relies on that key stands before a closed door."),
  SPACE_LOW(
      "space.low",
      WARNING,
      "Less than 1 GiB is free, or less than a tenth and 50 GiB.",
      "Where backups lie, they fail when it is full; where WAL lies, the database stops."),
  SCRATCH_SMALL(
      "space.scratch",
      WARNING,
      "Where copies are made to be proven there is no room for one of the newest backup.",
      "The next proof will not be able to tell."),
  NOBODY_TOLD(
      "watch.nobody-told",
      WARNING,
      "Backups are scheduled, and no channel of notifications is configured.",
      "A backup that fails in silence is found missing when it is needed."),
  NOT_WATCHED(
      "watch.no-watcher",
      NOTE,
      "Neither metrics nor a watcher outside is configured.",
      "A machine that is gone tells nobody that it is."),
  NOT_CHECKED(
      "check.not-made",
      UNCHECKED,
      "Something could not be looked at.",
      "Nobody knows whether it is well.");

  private final String text;
  private final Severity severity;
  private final String meaning;
  private final String why;

  DoctorCode(String text, Severity severity, String meaning, String why) {
    this.text = text;
    this.severity = severity;
    this.meaning = meaning;
    this.why = why;
  }

  /** For documents: stable. */
  public String text() {
    return text;
  }

  public Severity severity() {
    return severity;
  }

  /** What was found, in general. */
  public String meaning() {
    return meaning;
  }

  /** Why somebody should care. */
  public String why() {
    return why;
  }
}
