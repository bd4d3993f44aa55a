package io.holdfast.operations.doctor;

import io.holdfast.operations.retention.Policy;
import io.holdfast.operations.status.ClusterStatus;
import io.holdfast.repository.BackupId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the repository has of a cluster.
 *
 * @param declared whether the configuration knows it
 * @param newest end of the newest backup of each kind that stands
 * @param notSaved what the newest dump lacks, in sentences
 * @param notSavedId of that dump
 * @param retention empty if nothing is ever removed
 * @param config the configuration file
 */
public record BackupLook(
    ClusterStatus status,
    boolean declared,
    Map<String, Instant> newest,
    Optional<BackupId> notSavedId,
    List<String> notSaved,
    Optional<Policy> retention,
    String config) {
  public BackupLook {
    newest = Map.copyOf(newest);
    notSaved = List.copyOf(notSaved);
  }

  String cluster() {
    return status.cluster();
  }
}
