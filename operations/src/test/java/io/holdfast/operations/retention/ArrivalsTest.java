package io.holdfast.operations.retention;

import static io.holdfast.operations.retention.MadeUpCluster.id;
import static io.holdfast.operations.retention.MadeUpCluster.segment;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.retention.MadeUpCluster.Made;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.SyncReport;
import io.holdfast.repository.SyncReport.Announced;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ArrivalsTest {
  private static final Policy LAST_TWO = TwoSites.last(2, Duration.ZERO);

  private final TwoSites sites = TwoSites.withSevenNights();

  private List<BackupId> backups(Storage site) {
    try (MadeUpCluster alone = MadeUpCluster.open(site, () -> sites.now)) {
      return alone.archive.backupIds();
    }
  }

  private List<String> names(Storage site, String area) {
    try (MadeUpCluster alone = MadeUpCluster.open(site, () -> sites.now)) {
      return alone.names(area);
    }
  }

  private static List<BackupId> passedOver(SyncReport report) {
    return report.passedOver().stream().map(Announced::backup).toList();
  }

  @Test
  void eachSiteIsPrunedByWhatLiesThereAndTheOthersKeepTheirs() {
    Map<String, Long> before = MadeUpCluster.objects(sites.nas);

    sites.prune(sites.offsite, LAST_TWO);

    assertThat(MadeUpCluster.objects(sites.nas)).isEqualTo(before);
    assertThat(backups(sites.offsite)).containsExactly(id(6), id(7));
    assertThat(names(sites.offsite, "wal")).doesNotContain(segment(1, 23)).contains(segment(1, 24));
    sites.requireWhole(sites.offsite);
    sites.prune(sites.nas, TwoSites.last(4, Duration.ZERO));
    assertThat(backups(sites.nas)).hasSize(4);
    assertThat(backups(sites.offsite)).hasSize(2);
  }

  @Test
  void whatWasPrunedDoesNotComeBack() {
    sites.prune(sites.offsite, LAST_TWO);
    Map<String, Long> pruned = MadeUpCluster.objects(sites.offsite);

    SyncReport report = sites.sync(TwoSites.keeping(LAST_TWO));

    assertThat(passedOver(report)).containsExactly(id(1), id(2), id(3), id(4), id(5));
    assertThat(report.complete()).isTrue();
    assertThat(MadeUpCluster.objects(sites.offsite)).isEqualTo(pruned);

    SyncReport all = sites.sync(Keeping.EVERYTHING);
    assertThat(all.announced()).hasSize(5);
    assertThat(all.passedOver()).isEmpty();
    assertThat(names(sites.offsite, "wal")).isEqualTo(names(sites.nas, "wal"));
    assertThat(names(sites.offsite, "changes")).isEqualTo(names(sites.nas, "changes"));
    sites.requireWhole(sites.offsite);
  }

  @Test
  void whatItsRulesKeepComesWithItsWal() {
    sites.prune(sites.offsite, LAST_TWO);
    sites.backup(Storages.memory("away"), 9, new Made(34).on(id(7)));

    SyncReport report = sites.sync(TwoSites.keeping(TwoSites.last(4, Duration.ZERO)));

    assertThat(report.announced()).extracting(Announced::backup).containsExactly(id(5), id(9));
    assertThat(passedOver(report)).containsExactly(id(1), id(2), id(3), id(4));
    assertThat(names(sites.offsite, "wal")).doesNotContain(segment(1, 19)).contains(segment(1, 20));
    assertThat(names(sites.offsite, "changes"))
        .doesNotContain(segment(1, 19))
        .contains(segment(1, 20));
    sites.requireWhole(sites.offsite);
  }

  @Test
  void removalsThatWaitAreNotUndone() {
    sites.prune(sites.offsite, TwoSites.last(2, Duration.ofDays(3)));
    Map<String, Long> waiting = MadeUpCluster.objects(sites.offsite);

    SyncReport report = sites.sync(TwoSites.keeping(TwoSites.last(2, Duration.ofDays(3))));

    assertThat(report.passedOver()).isEmpty();
    assertThat(MadeUpCluster.objects(sites.offsite)).isEqualTo(waiting);
    try (MadeUpCluster there = MadeUpCluster.open(sites.offsite, () -> sites.now)) {
      assertThat(new Backups(there.archive).standings()).hasSize(5);
    }
  }

  @Test
  void aSiteWithoutRulesOfItsOwnGetsEverythingUntilItIsPruned() {
    Keeping ofTheCluster = new Keeping(cluster -> Optional.of(LAST_TWO), false);
    Storage fresh = Storages.memory("fresh");

    assertThat(sites.sync(fresh, ofTheCluster).announced()).hasSize(7);
    sites.prune(sites.nas, TwoSites.last(7, Duration.ZERO));
    assertThat(sites.sync(fresh, ofTheCluster).passedOver()).isEmpty();
    sites.prune(fresh, LAST_TWO);
    assertThat(passedOver(sites.sync(fresh, ofTheCluster))).hasSize(5);
  }

  @Test
  void aPinComesAlongAndCountsForTheDestination() {
    sites.prune(sites.offsite, LAST_TWO);
    try (MadeUpCluster source = MadeUpCluster.open(sites.nas, () -> sites.now)) {
      new Backups(source.archive).pin(id(2), "the audit", Optional.empty(), sites.now);
    }

    SyncReport report = sites.sync(TwoSites.keeping(LAST_TWO));

    assertThat(report.announced()).extracting(Announced::backup).containsExactly(id(2));
    assertThat(sites.prune(sites.offsite, LAST_TWO).purged()).isEmpty();
    assertThat(backups(sites.offsite)).containsExactly(id(2), id(6), id(7));
    sites.requireWhole(sites.offsite);
  }

  @Test
  void whereABackupCannotBeReadNothingIsPassedOver() {
    sites.prune(sites.offsite, LAST_TWO);
    ObjectKey key = ObjectKey.of("clusters/main/backups/" + id(6) + ".manifest");
    byte[] bytes = sites.offsite.read(key).content();
    bytes[bytes.length / 2] ^= 1;
    sites.offsite.delete(key);
    sites.offsite.create(key, bytes);

    SyncReport report = sites.sync(TwoSites.keeping(LAST_TWO));

    assertThat(report.passedOver()).isEmpty();
    assertThat(report.announced()).hasSize(5);
  }
}
