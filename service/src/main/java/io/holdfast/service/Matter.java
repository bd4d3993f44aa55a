package io.holdfast.service;

import io.holdfast.operations.runs.JobName;

/**
 * What something is about that the service tells.
 *
 * @param cluster empty for what concerns none alone
 * @param key stable; together with the cluster it is the identity
 * @param words for people
 */
public record Matter(String cluster, String key, String words) {
  /** How the runs of a job go. */
  public static Matter ofRuns(JobName job) {
    return new Matter(job.cluster().orElse(""), "run." + job.schedule(), job.text());
  }

  /** What is noted of a job, or of a schedule for all clusters. */
  static Matter ofRecords(JobName job) {
    return new Matter(
        job.cluster().orElse(""), "service.records." + job.schedule(), "records of " + job.text());
  }

  static Matter ofAll(String key, String words) {
    return new Matter("", key, words);
  }
}
