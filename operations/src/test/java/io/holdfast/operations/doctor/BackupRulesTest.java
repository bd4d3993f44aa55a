package io.holdfast.operations.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.notes.Removal;
import io.holdfast.operations.retention.Policy;
import io.holdfast.operations.status.ClusterStatus;
import io.holdfast.operations.status.RecoverableWindow;
import io.holdfast.operations.status.UnrestorableBackup;
import io.holdfast.operations.wal.WalGap;
import io.holdfast.postgres.Lsn;
import io.holdfast.repository.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackupRulesTest {
  static final Instant NOW = Instant.parse("2026-11-27T08:00:00Z");
  static final BackupId ID = new BackupId("20261127T030000Z-aaaa");
  static final Policy WEEK =
      new Policy(0, Map.of(), Optional.of(Duration.ofDays(7)), ZoneOffset.UTC, Duration.ofDays(3));

  private List<RecoverableWindow> windows = List.of();
  private List<WalGap> missingAfter = List.of();
  private List<BackupId> unreadable = List.of();
  private List<UnrestorableBackup> unrestorable = List.of();
  private Map<BackupId, Removal> removed = Map.of();
  private Optional<BackupId> last = Optional.of(ID);
  private long leftovers;
  private List<String> notSaved = List.of();
  private Optional<Policy> retention = Optional.of(WEEK);
  private boolean declared = true;

  private List<Finding> findings() {
    ClusterStatus status =
        new ClusterStatus(
            "main",
            true,
            windows,
            missingAfter,
            last.isPresent() ? 1 : 0,
            unreadable,
            last,
            last.map(_ -> Duration.ofHours(5)),
            unrestorable,
            10,
            100,
            Map.of(),
            leftovers,
            leftovers,
            removed,
            0);
    return BackupRules.of(
        new BackupLook(
            status, declared, Map.of(), Optional.of(ID), notSaved, retention, "/etc/hf.yaml"));
  }

  private List<DoctorCode> codes() {
    return findings().stream().flatMap(each -> each.code().stream()).toList();
  }

  @Test
  void ofWhatIsAsItShouldBeNothingIsFound() {
    assertThat(codes()).isEmpty();
    assertThat(findings())
        .extracting(Finding::found)
        .anyMatch(found -> found.contains("within 7d"));
  }

  @Test
  void aHoleThatNoBackupLiesBehindAsksForOne() {
    missingAfter =
        List.of(new WalGap(1, new Lsn(0x6000000), new Lsn(0x7000000), "first", "last", 1));
    assertThat(codes()).containsExactly(DoctorCode.WAL_GAP);
    assertThat(findings())
        .extracting(Finding::fix)
        .anyMatch(fix -> fix.startsWith("holdfast backup main"));
  }

  @Test
  void whatIsNotThereOrCannotBeUsedIsNamed() {
    last = Optional.empty();
    assertThat(codes()).containsExactly(DoctorCode.NO_BACKUP);
    last = Optional.of(ID);
    unreadable = List.of(ID);
    unrestorable = List.of(new UnrestorableBackup(ID, List.of(), 2));
    assertThat(codes())
        .containsExactly(DoctorCode.BACKUP_UNREADABLE, DoctorCode.BACKUP_UNRESTORABLE);
    assertThat(findings()).extracting(Finding::found).anyMatch(found -> found.contains("2 of its"));
  }

  @Test
  void aGapInWhatCanBeRestoredIsNamedWithItsWal() {
    Lsn from = Lsn.parse("0/1000000");
    Lsn to = Lsn.parse("0/2000000");
    windows = List.of(new RecoverableWindow(1, 1, 1, NOW, NOW, from, to, List.of(ID), List.of()));
    assertThat(codes()).isEmpty();
    WalGap gap = new WalGap(1, from, to, "000000010000000000000001", "000000010000000000000001", 1);
    windows =
        List.of(new RecoverableWindow(1, 1, 1, NOW, NOW, from, to, List.of(ID), List.of(gap)));
    assertThat(codes()).containsExactly(DoctorCode.WAL_GAP);
    assertThat(findings())
        .extracting(Finding::found)
        .anyMatch(found -> found.contains("segment 000000010000000000000001"));
  }

  @Test
  void aDumpWithoutItsGlobalsIsNamed() {
    notSaved = List.of("passwords of roles");
    assertThat(codes()).containsExactly(DoctorCode.DUMP_INCOMPLETE);
  }

  @Test
  void withoutRetentionTheRepositoryGrowsWhereTheClusterIsDeclared() {
    retention = Optional.empty();
    assertThat(codes()).containsExactly(DoctorCode.NO_RETENTION);
    declared = false;
    assertThat(codes()).isEmpty();
  }

  @Test
  void whatWaitsAndWhatWasLeftIsNoted() {
    leftovers = 3;
    assertThat(codes()).containsExactly(DoctorCode.LEFTOVERS);
    assertThat(findings()).allMatch(each -> each.severity().compareTo(Severity.NOTE) <= 0);
  }
}
