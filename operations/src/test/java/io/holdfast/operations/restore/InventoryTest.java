package io.holdfast.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.repository.StoredFile;
import io.holdfast.repository.StoredFile.Kind;
import io.holdfast.repository.WriteOptions;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class InventoryTest {
  private static final Instant NOW = Instant.parse("2026-11-22T08:17:00Z");

  private static StoredFile entry(String path, Kind kind, String target) {
    return new StoredFile(
        path, kind, 0600, "postgres", "postgres", NOW, 0, target, List.of(), Map.of());
  }

  private static BackupReader backup(StoredFile... entries) {
    ClusterArchive cluster =
        Repository.create(
                Storages.memory("inventory"), new KeySource.None(), "", InstantSource.fixed(NOW))
            .cluster("main");
    BackupId id = new BackupId("20261122T081700Z-aaaa");
    try (BackupWriter writer = cluster.begin(id, WriteOptions.DEFAULT)) {
      List.of(entries).forEach(writer::add);
      writer.commit(
          new BackupWriter.Commit(
              "physical", Optional.empty(), NOW, NOW, 0, new JsonMapper().createObjectNode()),
          () -> {});
    }
    return cluster.open(id);
  }

  @Test
  void aTablespaceIsALinkWithItsContentBelow() {
    Inventory inventory =
        Inventory.of(
            backup(
                entry("pg_tblspc", Kind.DIRECTORY, ""),
                entry("pg_tblspc/16400", Kind.LINK, "/srv/fast"),
                entry("pg_tblspc/16400/PG_18", Kind.DIRECTORY, ""),
                entry("pg_tblspc/16400/PG_18/1", Kind.FILE, "")));
    assertThat(inventory.links()).isEqualTo(Map.of(16400L, "/srv/fast"));
    assertThat(inventory.files()).isEqualTo(1);
  }

  /** Who can write to an unencrypted repository must not reach /etc through a restore as root. */
  @Test
  void nothingIsRestoredThroughALinkOfTheBackup() {
    for (String link : List.of("base", "pg_tblspc/16400/escape", "pg_tblspc/x")) {
      assertThatThrownBy(() ->
              Inventory.of(
                  backup(entry(link, Kind.LINK, "/etc"), entry(link + "/cron.d", Kind.FILE, ""))))
          .as(link)
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining(link + "/cron.d")
          .extracting(e -> ((HoldfastException) e).status())
          .isEqualTo(ExitStatus.REFUSED);
    }
  }

  @Test
  void aLinkToAFileElsewhereIsRestoredAsTheLinkItIs() {
    Inventory inventory =
        Inventory.of(
            backup(
                entry("server.key", Kind.LINK, "/etc/ssl/server.key"),
                entry("server.key.old", Kind.FILE, "")));
    assertThat(inventory.links()).isEmpty();
  }
}
