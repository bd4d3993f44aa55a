package io.holdfast.operations.verify;

import io.holdfast.repository.BackupId;
import java.util.List;

/**
 * One damaged or missing thing.
 *
 * @param object what it is called, such as "pack 3 of backup 20261122T081700Z-k3f9"
 * @param findings what is wrong with it, the first {@link #LISTED}
 * @param findingsTotal how many there are
 * @param backups that need it
 * @param files of those backups that it touches, the first {@link #LISTED}
 * @param filesTotal how many there are
 */
public record Fault(
    Kind kind,
    String object,
    List<String> findings,
    long findingsTotal,
    List<BackupId> backups,
    List<String> files,
    long filesTotal) {
  public static final int LISTED = 100;

  /** What kind of thing. */
  public enum Kind {
    MANIFEST,
    PACK,
    WAL,
    /** Stored faithfully, but the page's own checksum does not fit. */
    PAGE
  }

  public Fault {
    findings = List.copyOf(findings);
    backups = List.copyOf(backups);
    files = List.copyOf(files);
  }
}
