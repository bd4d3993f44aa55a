package io.holdfast.repository;

import java.util.List;

/**
 * What reading a whole pack found.
 *
 * @param chunks that were authenticated
 * @param rawBytes they hold
 * @param damage everything that is not as it was written; empty for an intact pack
 */
public record PackScan(
    PackRef pack, long size, int chunks, long rawBytes, List<RepositoryDamagedException> damage) {
  public PackScan {
    damage = List.copyOf(damage);
  }

  public boolean intact() {
    return damage.isEmpty();
  }
}
