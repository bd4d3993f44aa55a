package io.holdfast.repository.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.storage.ObjectKey;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which objects are kept from being deleted where a site can do that. */
final class RepositoryPlacementTest {
  private static boolean isProtected(String key) {
    return new RepositoryPlacement().isProtected(ObjectKey.of(key));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "holdfast.json",
        "keys/k1.json",
        "clusters/main/documents/cluster",
        "clusters/main/backups/20261126T100000Z-abcdef.manifest",
        "clusters/main/packs/20261126T100000Z-abcdef/000001.pack",
        "clusters/main/wal/7301/00000001/000000010000000000000001",
        "clusters/main/wal/7301/00000002.history"
      })
  void whatARestoreNeedsIs(String key) {
    assertThat(isProtected(key)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "leases/keys.json",
        "site/probe/1",
        "clusters/main/leases/backup.json",
        "clusters/main/notes/1",
        "clusters/main/site/last-prune",
        "clusters/main/changes/7301/000000010000000000000001",
        "clusters/main/wal/7301/00000001/000000010000000000000001.part/0001"
      })
  void whatChangesOrGoesInDailyLifeIsNot(String key) {
    assertThat(isProtected(key)).isFalse();
  }
}
