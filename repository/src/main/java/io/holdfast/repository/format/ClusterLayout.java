package io.holdfast.repository.format;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.PackRef;
import io.holdfast.storage.ObjectKey;
import io.holdfast.vocabulary.HoldfastException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of the objects of one cluster, format 1.
 *
 * <pre>
 * clusters/(cluster)/backups/(backup id).manifest          container of kind manifest
 * clusters/(cluster)/packs/(backup id)/(number).pack       container of kind pack; six digits
 * clusters/(cluster)/documents/(name)                      container of kind document
 * clusters/(cluster)/leases/(name).json                    {@link LeaseFormat}
 * clusters/(cluster)/leases/writer-(backup id).json        held while a backup is being written
 * clusters/(cluster)/(area)/(name, may hold '/')           container of kind object
 * </pre>
 */
public record ClusterLayout(String cluster) {
  public static final String CLUSTERS = "clusters";

  /** The lease of whoever brings objects to a site from another one. */
  public static final String SYNC = "sync";

  /** The lease of whoever deletes on a site for good. */
  public static final String REMOVAL = "removal";

  private static final Set<String> RESERVED = Set.of("backups", "packs", "documents", "leases");
  private static final Pattern AREA = Pattern.compile("[a-z][a-z0-9-]{0,30}");
  private static final Pattern PACK = Pattern.compile("([^/]+)/(\\d{6,10})\\.pack");
  private static final String MANIFEST_END = ".manifest";
  private static final String WRITER = "writer-";

  /** A pack as far as its name tells. */
  public record PackName(BackupId backup, int number) {}

  public String root() {
    return CLUSTERS + "/" + cluster;
  }

  public String backups() {
    return root() + "/backups";
  }

  public ObjectKey manifest(BackupId id) {
    return ObjectKey.of(backups() + "/" + id + MANIFEST_END);
  }

  /** The backup whose manifest has this name. */
  public Optional<BackupId> manifestOf(ObjectKey key) {
    String name = key.name();
    return name.endsWith(MANIFEST_END)
        ? backupId(name.substring(0, name.length() - MANIFEST_END.length()))
        : Optional.empty();
  }

  public String packs() {
    return root() + "/packs";
  }

  /** Where a backup writes its packs. */
  public String packs(BackupId backup) {
    return packs() + "/" + backup;
  }

  public ObjectKey pack(BackupId backup, int number) {
    return ObjectKey.of(packs(backup) + String.format(Locale.ROOT, "/%06d.pack", number));
  }

  public ObjectKey pack(PackRef pack) {
    return pack(pack.backup(), pack.number());
  }

  /** The pack that has this name; empty for a name that no pack is given. */
  public Optional<PackName> packOf(ObjectKey key) {
    Matcher name = PACK.matcher(key.text().substring(packs().length() + 1));
    if (!name.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(name.group(2));
    return backupId(name.group(1))
        .filter(backup -> number <= Integer.MAX_VALUE)
        .map(backup -> new PackName(backup, (int) number))
        .filter(pack -> pack(pack.backup(), pack.number()).equals(key));
  }

  public String documents() {
    return root() + "/documents";
  }

  public ObjectKey document(String name) {
    return ObjectKey.of(documents() + "/" + name);
  }

  /** Beside everything else, where somebody who only looks finds it. */
  public ObjectKey runbook() {
    return ObjectKey.of("runbook/" + cluster + ".md");
  }

  public String leases() {
    return root() + "/leases";
  }

  /** The lease that says "this backup is being written". */
  public static String writerLease(BackupId backup) {
    return WRITER + backup;
  }

  /** The backup whose writer's lease has this name. */
  public static Optional<BackupId> writerOf(String lease) {
    return lease.startsWith(WRITER) ? backupId(lease.substring(WRITER.length())) : Optional.empty();
  }

  /** Where the sealed objects of an area lie. */
  public String area(String area) {
    if (!AREA.matcher(area).matches() || RESERVED.contains(area)) {
      throw new IllegalArgumentException("not an area for sealed objects: '" + area + "'");
    }
    return root() + "/" + area;
  }

  private static Optional<BackupId> backupId(String text) {
    try {
      return Optional.of(new BackupId(text));
    } catch (HoldfastException e) {
      return Optional.empty();
    }
  }
}
