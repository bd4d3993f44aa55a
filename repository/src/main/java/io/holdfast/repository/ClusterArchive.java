package io.holdfast.repository;

import io.holdfast.storage.ObjectStat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/** Everything the repository keeps of one cluster. Thread-safe. */
public interface ClusterArchive {
  /** So many backups may be opened at once: manifests of huge ones take megabytes each. */
  int AT_ONCE = 4;

  String name();

  /** Of the repository that this is a part of. */
  UUID repositoryId();

  /** Starts a backup. The caller holds the lease. */
  BackupWriter begin(BackupId id, WriteOptions options);

  /** Ids of existing backups, oldest first. Reads names only. */
  List<BackupId> backupIds();

  /**
   * @throws io.holdfast.vocabulary.HoldfastException (usage) if there is no such backup
   * @throws NewerFormatException if a newer program wrote it
   */
  BackupReader open(BackupId id);

  /** How large a pack is as it lies there, without reading it; empty if there is none. */
  OptionalLong packSize(PackRef pack);

  /**
   * Why a backup is not whole: the first of its packs that is missing or has another size, in
   * words; empty if none is. Reads names only, at once those of each backup that wrote some.
   */
  Optional<String> lackOf(Manifest backup);

  /**
   * A required further site that lacks a pack of the backup, if there is one: then no backup that
   * inherits from it can be completed.
   *
   * @throws io.holdfast.vocabulary.HoldfastException if a required site cannot be asked
   */
  Optional<String> requiredSiteWithout(Manifest backup);

  /** Visits the packs that lie there, named or not. Reads names only. */
  void packs(PackVisitor visitor);

  /** Is shown packs. */
  interface PackVisitor {
    /**
     * @param backup that wrote it
     * @param size as it lies there
     */
    void visit(BackupId backup, int number, long size);
  }

  /**
   * Deletes a backup: manifest first, then the packs that no other manifest names. Killed in
   * between, the packs are orphans; so they are if another backup is being written, which might
   * inherit from this one. Refuses nothing: policy is the caller's. Of several sites this concerns
   * the first one alone, as do the leftovers below: each site has its own backups.
   */
  void delete(BackupId id);

  /**
   * Deletes a manifest that is damaged, and nothing else: nobody knows which packs it names. Those
   * that no other one names are orphans from then on. Works beside other damaged ones.
   *
   * @throws io.holdfast.vocabulary.HoldfastException (refused) if it can be read; (usage) if there
   *     is none
   * @throws NewerFormatException if a newer program wrote it
   */
  void deleteDamaged(BackupId id);

  /**
   * Reads a whole pack and authenticates everything in it. Damage is in the result; only a site in
   * trouble is an exception.
   */
  PackScan scan(PackRef pack);

  /**
   * Reads and authenticates what stands behind a pack's chunks: the table by which all of it can be
   * found without a manifest. Reads no chunk.
   *
   * @throws RepositoryDamagedException if it is not what was written
   */
  void checkEnd(PackRef pack);

  /**
   * Objects that no manifest names, unfinished writes and dead writers' leases: leftovers of killed
   * backups. While a backup is being written, no pack is among them: it may be about to be named.
   */
  List<Orphan> orphans();

  /**
   * Removes one, after looking again whether it is one.
   *
   * @throws io.holdfast.vocabulary.HoldfastException (refused) if a backup needs it; (lease held)
   *     if one is being written that may need it
   */
  void remove(Orphan orphan);

  /** A family of sealed objects of this cluster, such as "wal"; see {@link SealedObjects}. */
  SealedObjects objects(String area);

  /**
   * Takes the lease {@code name}, or a dead holder's.
   *
   * @throws LeaseHeldException if a live one holds it
   */
  Lease acquire(String name, LeaseOptions options);

  /** Who holds it, if anybody alive does. */
  Optional<LeaseHolder> holder(String name);

  /**
   * For whoever deletes something for good on this site, before he looks what is needed there. As
   * long as it is held no sync or repair writes there, and a backup is announced there only by its
   * own first site.
   *
   * @param purpose for people
   * @throws LeaseHeldException if somebody else deletes there, or a sync or repair is running
   */
  Lease removing(String purpose);

  /** Whether a backup is being written to this site, or copied to it. */
  boolean isBeingWritten();

  /** A small document about the cluster that is replaced as a whole; "cluster" is its card. */
  Optional<byte[]> document(String name);

  /** At most 3 MiB. */
  void putDocument(String name, byte[] content);

  /**
   * The page that says what to do in an emergency: {@code runbook/(cluster).md}, in clear, to be
   * read with nothing but a look at the site.
   */
  Optional<byte[]> runbook();

  /**
   * Replaces it, on all sites. It is not sealed: nothing secret belongs in it. At most 3 MiB.
   *
   * @return false if it was the same already
   */
  boolean putRunbook(byte[] page);

  /** Something that can be removed: no backup needs it. */
  record Orphan(ObjectStat object, boolean unfinished) {}

  /** Visits orphans without collecting them. */
  void orphans(Consumer<Orphan> consumer);
}
