package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.notes.Standing;
import io.holdfast.operations.retention.Policy;
import io.holdfast.operations.wal.Receiver;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Repository;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether a repository can be read and written, and what in it should be known. */
final class RepositoryCheck {
  private RepositoryCheck() {}

  static Finding opened(Repository repository) {
    return Finding.ok(
        "repository",
        repository.description()
            + repository
                .keySlots()
                .map(slots -> ", opened by slot " + slots.openedBy().id())
                .orElse(": whoever reads it reads your data"));
  }

  static List<Finding> of(OpenCluster cluster) {
    List<Finding> findings = new ArrayList<>();
    String subject = "repository for " + cluster.name();
    try {
      ClusterArchive archive = cluster.archive();
      // Taking a lease creates, replaces and deletes an object: all that is ever done to a site.
      try (Lease lease = archive.acquire("doctor", LeaseOptions.of("doctor"))) {
        lease.ensureHeld();
      }
      findings.add(Finding.ok(subject, "can be written"));
      findings.add(backups(cluster.name(), archive));
      findings.add(receiver(cluster, archive));
      cluster.settings().ifPresent(declared -> findings.add(retention(cluster)));
      removed(cluster, archive, findings);
      leftovers(cluster.name(), archive, findings);
    } catch (HoldfastException e) {
      findings.add(Finding.fault(subject, e));
    }
    return findings;
  }

  private static Finding backups(String name, ClusterArchive archive) {
    String subject = "backups of " + name;
    List<BackupId> ids = archive.backupIds();
    return ids.isEmpty()
        ? Finding.note(subject, "there are none yet", "holdfast backup " + name)
        : Finding.ok(subject, ids.size() + ", the newest is " + ids.getLast());
  }

  private static Finding receiver(OpenCluster cluster, ClusterArchive archive) {
    String name = cluster.name();
    String subject = "WAL of " + name;
    return archive
        .holder(Receiver.LEASE)
        .map(holder ->
            Finding.ok(
                subject,
                "received by process "
                    + holder.pid()
                    + " on "
                    + holder.host()
                    + " since "
                    + Times.local(holder.acquired())))
        .or(() ->
            ServerArchiving.of(cluster)
                .filter(ServerArchiving::pushes)
                .map(archiving ->
                    Finding.note(
                        subject,
                        "no receiver, but the server archives it: archive_command = '"
                            + archiving.command()
                            + "'",
                        "'holdfast status' says up to when it came; pg_stat_archiver, why no further.")))
        .orElseGet(() ->
            Finding.note(
                subject,
                "nothing receives it now: the moments between backups cannot be restored, and a"
                    + " replication slot left behind makes the server keep its WAL",
                "holdfast wal receive " + name + ", as a service"));
  }

  private static Finding retention(OpenCluster cluster) {
    String subject = "retention of " + cluster.name();
    return cluster
        .retention()
        .map(policy ->
            Finding.ok(
                subject,
                "keeps "
                    + policy.words()
                    + "; a removal can be undone for "
                    + Policy.words(policy.grace())))
        .orElseGet(() ->
            Finding.note(
                subject,
                "none is configured: nothing is ever removed, and the repository grows",
                "retention: { within: 7d, weekly: 4 }\nin "
                    + cluster.config()
                    + ", and 'holdfast prune --yes' after each backup"));
  }

  private static void removed(OpenCluster cluster, ClusterArchive archive, List<Finding> into) {
    Map<BackupId, Standing> standings = new Backups(archive).standings();
    List<BackupId> removed =
        archive.backupIds().stream()
            .filter(id -> standings.getOrDefault(id, Standing.PLAIN).removed())
            .toList();
    if (!removed.isEmpty()) {
      into.add(
          Finding.note(
              "removed backups of " + cluster.name(),
              removed.size() + " wait to be purged, the oldest is " + removed.getFirst(),
              "holdfast backups list --all " + cluster.name()));
    }
  }

  private static void leftovers(String name, ClusterArchive archive, List<Finding> into) {
    List<ClusterArchive.Orphan> orphans = new ArrayList<>();
    new Backups(archive).orphans(orphans::add);
    if (!orphans.isEmpty()) {
      long bytes = orphans.stream().mapToLong(orphan -> orphan.object().size()).sum();
      into.add(
          Finding.note(
              "leftovers of " + name,
              orphans.size() + " objects of killed backups, " + ByteSize.format(bytes),
              "holdfast backups delete --leftovers --cluster " + name + " --yes"));
    }
  }
}
