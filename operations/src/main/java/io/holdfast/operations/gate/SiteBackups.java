package io.holdfast.operations.gate;

import io.holdfast.repository.BackupId;
import java.util.Set;

/** Which backups one site has; asked only if somebody demands copies. */
public interface SiteBackups {
  String site();

  /**
   * @throws io.holdfast.vocabulary.HoldfastException if it cannot be asked
   */
  Set<BackupId> of(String cluster);
}
