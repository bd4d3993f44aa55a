package io.holdfast.metrics;

import java.util.List;

/** Every metric that there is, declared once. Names and labels are a promise. */
public enum Metric {
  // Of the exposition itself.
  BUILD(
      "exporter_build",
      Type.INFO,
      "Always 1; which Holdfast tells this. Its absence means that nothing is watched.",
      "version"),
  EXPOSED(
      "exposition_timestamp_seconds",
      Type.GAUGE,
      "When this text was made: in a file that nobody renews it grows old."),
  REQUESTS(
      "site_requests",
      Type.COUNTER,
      "Requests that this process has made of buckets, by kind; repeated ones count.",
      "kind"),

  // Of looks.
  LOOK_SUCCESS(
      "look_success",
      Type.GAUGE,
      "Whether the last look at the cluster saw it. Where it is 0 the cluster has no other series of"
          + " looks: nothing is known, and nothing old is told.",
      "cluster"),
  LOOK_ENDED(
      "look_timestamp_seconds",
      Type.GAUGE,
      "When the last look at it ended, seen or not.",
      "cluster"),
  LOOK_DURATION("look_duration_seconds", Type.GAUGE, "How long that look took.", "cluster"),
  KEY_TRIED(
      "key_opened_timestamp_seconds",
      Type.GAUGE,
      "When the key at hand opened the encrypted repository last; `serve` tries it once an hour.",
      "cluster"),

  // Of scheduled jobs.
  JOBS_SEEN(
      "jobs_look_success",
      Type.GAUGE,
      "Whether the last look saw the records of scheduled jobs. Where it is 0 there are no other"
          + " series of jobs. Absent if no job is declared."),
  JOB_TAKEN_UP(
      "job_taken_up",
      Type.GAUGE,
      "Whether any `holdfast serve` has ever seen the job: 0 means that nobody runs it.",
      "schedule",
      "cluster"),
  JOB_SINCE(
      "job_since_timestamp_seconds",
      Type.GAUGE,
      "Since when it counts: when it was seen first, or resumed. Absent if that is long ago.",
      "schedule",
      "cluster"),
  JOB_RUNS(
      "job_runs",
      Type.GAUGE,
      "Runs of it that are on record, at most the last hundred; 0 if it never ran.",
      "schedule",
      "cluster"),
  JOB_OUTCOME(
      "job_last_outcome",
      Type.GAUGE,
      "Always 1; the outcome of the run that ended last: done, no (a fault was found), failed,"
          + " refused, missed or interrupted.",
      "schedule",
      "cluster",
      "outcome"),
  JOB_ENDED(
      "job_last_end_timestamp_seconds",
      Type.GAUGE,
      "When that run ended. Absent if there was none.",
      "schedule",
      "cluster"),
  JOB_DURATION("job_last_duration_seconds", Type.GAUGE, "How long it took.", "schedule", "cluster"),
  JOB_STATUS(
      "job_last_exit_status",
      Type.GAUGE,
      "Its exit status; -1 if there was none.",
      "schedule",
      "cluster"),
  JOB_SUCCESS(
      "job_last_success_timestamp_seconds",
      Type.GAUGE,
      "When the last run ended that was done. Absent if there is none on record.",
      "schedule",
      "cluster"),
  JOB_FAILING(
      "job_failing",
      Type.GAUGE,
      "1 if the job went wrong when it was last due, and is not tried again before its next time.",
      "schedule",
      "cluster"),
  JOB_FAILURES(
      "job_failures_of_last_day",
      Type.GAUGE,
      "Runs that went wrong within the last 24 hours, each attempt by itself; missed ones count.",
      "schedule",
      "cluster"),
  JOB_START(
      "job_next_start_timestamp_seconds",
      Type.GAUGE,
      "When it is to begin next; in the past if it should have begun and has not.",
      "schedule",
      "cluster"),
  JOB_OVERDUE(
      "job_overdue_seconds",
      Type.GAUGE,
      "For how long it should have been running; 0 while it runs, is paused, or waits for its time.",
      "schedule",
      "cluster"),
  JOB_PAUSED("job_paused", Type.GAUGE, "1 while somebody holds it back.", "schedule", "cluster"),
  JOB_FLAWED(
      "job_flawed_records",
      Type.GAUGE,
      "Records of its runs and pauses that are of the future, damaged or no records at all. Runs"
          + " of the future do not count; pauses hold.",
      "schedule",
      "cluster"),
  JOB_RUNNING(
      "job_running_since_timestamp_seconds",
      Type.GAUGE,
      "Since when it runs; holder is the host. Absent while it does not.",
      "schedule",
      "cluster",
      "holder"),

  // Of who is told.
  NOTIFY_WAITING(
      "notifications_waiting",
      Type.GAUGE,
      "Messages of this process that have not arrived yet.",
      "channel"),
  NOTIFY_FAILING(
      "notifications_failing_since_timestamp_seconds",
      Type.GAUGE,
      "Since when nothing that this process sends by the channel arrives. Absent if all is well.",
      "channel"),
  NOTIFY_LOST(
      "notifications_lost", Type.COUNTER, "Messages that this process gave up to send.", "channel"),
  NOTIFY_DELIVERED(
      "notifications_delivered", Type.COUNTER, "Messages of this process that arrived.", "channel"),

  // Of the cluster.
  CLUSTER_STATUS(
      "cluster_status",
      Type.GAUGE,
      "0: can be restored, and nothing is damaged. 2: no backup. 4: sites differ. 99: a backup is"
          + " unreadable or has lost what it cannot do without, or nothing can be restored to a"
          + " moment though there are physical backups.",
      "cluster"),
  ENCRYPTED("cluster_encrypted", Type.GAUGE, "Whether what is kept of it is encrypted.", "cluster"),
  BACKUP_LOCK(
      "cluster_backup_lock_status", Type.GAUGE, "1 while a backup of it is being made.", "cluster"),
  LEASE(
      "lease_expires_timestamp_seconds",
      Type.GAUGE,
      "Until when a live holder has a lease, if it does not renew it; holder is the host.",
      "cluster",
      "lease",
      "holder"),
  LEASE_ACQUIRED(
      "lease_acquired_timestamp_seconds",
      Type.GAUGE,
      "Since when it has it.",
      "cluster",
      "lease",
      "holder"),

  // Of backups.
  BACKUPS(
      "backups",
      Type.GAUGE,
      "Backups that stand; 0 for each kind of which there is none.",
      "cluster",
      "backup_type"),
  BACKUPS_UNREADABLE(
      "backups_unreadable",
      Type.GAUGE,
      "Backups whose manifest is damaged or of a newer program.",
      "cluster"),
  BACKUPS_UNRESTORABLE(
      "backups_unrestorable",
      Type.GAUGE,
      "Backups that have lost WAL or packs that they cannot do without.",
      "cluster"),
  BACKUPS_REMOVED(
      "backups_removed", Type.GAUGE, "Removed backups that wait for being purged.", "cluster"),
  REMOVED_BYTES("backups_removed_bytes", Type.GAUGE, "What those alone need.", "cluster"),
  LEFTOVERS("leftover_objects", Type.GAUGE, "Objects of killed backups.", "cluster"),
  LEFTOVER_BYTES("leftover_bytes", Type.GAUGE, "Their size.", "cluster"),
  RETENTION("retention_configured", Type.GAUGE, "Whether rules say what is kept of it.", "cluster"),
  PRUNED("prune_last_timestamp_seconds", Type.GAUGE, "When it was last pruned.", "cluster"),
  LAST_AGE(
      "backup_since_last_completion_seconds",
      Type.GAUGE,
      "Seconds since the last backup of the kind was complete.",
      "cluster",
      "backup_type"),
  LAST_FINISHED(
      "backup_last_completion_timestamp_seconds",
      Type.GAUGE,
      "When that was.",
      "cluster",
      "backup_type"),
  LAST_DURATION(
      "backup_last_duration_seconds", Type.GAUGE, "How long it took.", "cluster", "backup_type"),
  LAST_SIZE(
      "backup_last_size_bytes",
      Type.GAUGE,
      "What a restore of it writes.",
      "cluster",
      "backup_type"),
  LAST_DELTA(
      "backup_last_delta_bytes",
      Type.GAUGE,
      "What was read of the source for it.",
      "cluster",
      "backup_type"),
  LAST_REPO_DELTA(
      "backup_last_repo_delta_bytes",
      Type.GAUGE,
      "What was written into the repository for it.",
      "cluster",
      "backup_type"),
  LAST_REPO_SIZE(
      "backup_last_repo_size_bytes",
      Type.GAUGE,
      "What of the repository a restore of it reads, compressed.",
      "cluster",
      "backup_type"),
  LAST_ERROR(
      "backup_last_error_status",
      Type.GAUGE,
      "1 if pages of the source were damaged when it was taken. Physical backups only.",
      "cluster",
      "backup_type"),

  // Of what can be restored.
  FROM(
      "recoverable_from_timestamp_seconds",
      Type.GAUGE,
      "The first moment that can be restored.",
      "cluster"),
  TO(
      "recoverable_to_timestamp_seconds",
      Type.GAUGE,
      "The last transaction that can be restored. On an idle server it grows old while nothing is"
          + " at risk: holdfast_safe_until_timestamp_seconds does not.",
      "cluster"),
  WINDOWS(
      "recoverable_windows",
      Type.GAUGE,
      "Stretches of time of which every moment can be restored, on all timelines.",
      "cluster"),
  GAPS(
      "recoverable_gaps",
      Type.GAUGE,
      "Holes in the time between the first moment and the last, on the newest timeline.",
      "cluster"),
  SAFE_UNTIL(
      "safe_until_timestamp_seconds",
      Type.GAUGE,
      "Every transaction committed before can be restored. On an idle server it is the last moment"
          + " at which the server had nothing that the repository lacks. Absent if neither a receiver"
          + " of this process nor the server says where it is.",
      "cluster"),
  LOSS_BOUND(
      "data_loss_bound_seconds",
      Type.GAUGE,
      "How much would be lost at most if the server were gone now: the seconds since then.",
      "cluster"),

  // Of WAL.
  WAL_STATUS(
      "wal_archive_status", Type.GAUGE, "1 if any WAL of the cluster is archived.", "cluster"),
  WAL_SEGMENTS("wal_segments", Type.GAUGE, "Whole WAL segments that are archived.", "cluster"),
  WAL_BYTES(
      "wal_repo_size_bytes", Type.GAUGE, "What all archived WAL takes, compressed.", "cluster"),
  WAL_BACKLOG(
      "wal_backlog_bytes",
      Type.GAUGE,
      "WAL that the server has written and that cannot be restored yet. Absent if it is not known"
          + " where the server is.",
      "cluster"),
  SOURCE_UP(
      "source_up",
      Type.GAUGE,
      "Whether the server told its WAL position to the last look. Absent if it is not asked.",
      "cluster"),
  RECEIVER_LEASED(
      "wal_receiver_running",
      Type.GAUGE,
      "Whether a receiver, on whatever host, holds the cluster's lease.",
      "cluster"),
  RECEIVER_STREAMING(
      "wal_receiver_streaming",
      Type.GAUGE,
      "Whether the receiver of this process streams. Absent if it has none.",
      "cluster"),
  RECEIVER_TROUBLE(
      "wal_receiver_trouble",
      Type.GAUGE,
      "1 while the receiver of this process cannot do its work.",
      "cluster"),
  SPOOL_BYTES(
      "spool_bytes", Type.GAUGE, "What the spool of this host holds of the cluster.", "cluster"),
  SPOOL_FREE("spool_free_bytes", Type.GAUGE, "Free space where that spool lies.", "cluster"),

  // Of sites.
  SITE_UP(
      "site_up",
      Type.GAUGE,
      "Whether the site could be looked at. Where it is 0 it has no other series of the cluster but"
          + " holdfast_site_required.",
      "cluster",
      "site"),
  SITE_REQUIRED(
      "site_required", Type.GAUGE, "Whether a backup fails without the site.", "cluster", "site"),
  SITE_BACKUPS(
      "site_backups",
      Type.GAUGE,
      "Backups of the kind that stand on the site; 0 for each kind of which it has none.",
      "cluster",
      "site",
      "backup_type"),
  SITE_LAST_FINISHED(
      "site_backup_last_completion_timestamp_seconds",
      Type.GAUGE,
      "When the newest one of those was complete.",
      "cluster",
      "site",
      "backup_type"),
  SITE_MISSING_BACKUPS(
      "site_missing_backups",
      Type.GAUGE,
      "Backups that another site has and that this one's rules want.",
      "cluster",
      "site"),
  SITE_MISSING_WAL(
      "site_missing_wal_segments",
      Type.GAUGE,
      "Files of WAL that another site has.",
      "cluster",
      "site"),
  SITE_TO(
      "site_wal_last_transaction_timestamp_seconds",
      Type.GAUGE,
      "The last transaction in the WAL of this site alone.",
      "cluster",
      "site"),
  SITE_LAG(
      "site_lag_seconds",
      Type.GAUGE,
      "How much earlier its WAL ends than that of the site that has most; 0 for that one. Absent if"
          + " it has none.",
      "cluster",
      "site"),
  SITE_KEYS_MISSING(
      "site_missing_keys", Type.GAUGE, "Key slots that the first site has.", "cluster", "site"),
  SITE_KEYS_SURPLUS(
      "site_surplus_keys",
      Type.GAUGE,
      "Key slots that the first site does not have: removed there, they still open this one.",
      "cluster",
      "site"),

  // Of proofs.
  PROOF_LAST(
      "proof_last_completion_timestamp_seconds",
      Type.GAUGE,
      "When the last proof of a standing backup of the kind ended that was to restore it, or failed.",
      "cluster",
      "backup_type"),
  PROOF_AGE(
      "proof_since_last_completion_seconds",
      Type.GAUGE,
      "Seconds since then.",
      "cluster",
      "backup_type"),
  PROOF_VERDICT(
      "proof_last_verdict",
      Type.GAUGE,
      "Its verdict, as exit statuses have it: 0 passed, 1 failed, 4 could not verify.",
      "cluster",
      "backup_type"),
  PROOF_RUNG(
      "proof_last_rung",
      Type.GAUGE,
      "The highest rung that passed: 1 stored, 2 intact, 3 restored, 4 sound, 5 equal; 0 none.",
      "cluster",
      "backup_type"),
  PROOF_FINDINGS(
      "proof_last_findings", Type.GAUGE, "What it found amiss.", "cluster", "backup_type"),
  PROOF_SUCCESS(
      "proof_last_success_timestamp_seconds",
      Type.GAUGE,
      "When the last one ended that restored a standing backup and passed, signed if signatures are"
          + " demanded.",
      "cluster",
      "backup_type"),
  PROOF_RECOVERY(
      "proof_last_recovery_seconds",
      Type.GAUGE,
      "How long somebody would have waited for the database, as it was measured last (RTO).",
      "cluster",
      "backup_type"),
  PROOFS_UNREADABLE(
      "proofs_unreadable", Type.GAUGE, "Recorded proofs that cannot be read.", "cluster"),
  DRILL(
      "drill_last_success_timestamp_seconds",
      Type.GAUGE,
      "When the last drill ended that passed: with one site and the recovery kit alone.",
      "cluster"),
  PLAN_LAST(
      "proof_plan_last_timestamp_seconds",
      Type.GAUGE,
      "When the last proof by the plan began. Absent if there is none of late.",
      "cluster",
      "plan"),
  PLAN_OVERDUE(
      "proof_plan_overdue",
      Type.GAUGE,
      "1 if the plan was not carried out when it should have been.",
      "cluster",
      "plan");

  /** What begins every name. */
  public static final String PREFIX = "holdfast_";

  /** How a metric is to be read. */
  public enum Type {
    GAUGE(""),
    COUNTER("_total"),
    INFO("_info");

    private final String suffix;

    Type(String suffix) {
      this.suffix = suffix;
    }
  }

  private final String base;
  private final Type type;
  private final String meaning;

  @SuppressWarnings("ImmutableEnumChecker") // List.of makes one that is
  private final List<String> labels;

  Metric(String base, Type type, String meaning, String... labels) {
    this.base = PREFIX + base;
    this.type = type;
    this.meaning = meaning;
    this.labels = List.of(labels);
  }

  /** As it is asked for. */
  public String metricName() {
    return base + type.suffix;
  }

  /** The same without what its type adds. */
  String base() {
    return base;
  }

  public Type type() {
    return type;
  }

  public String meaning() {
    return meaning;
  }

  public List<String> labels() {
    return labels;
  }
}
