package io.holdfast.operations.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.probe.SiteReport;
import io.holdfast.operations.status.SiteStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SiteRulesTest {
  private static final long GIB = 1L << 30;
  private static final SiteLook NAS =
      new SiteLook("nas", "/mnt/nas", OptionalLong.of(1), Optional.of(false));
  private static final SiteLook BUCKET =
      new SiteLook("bucket", "s3://b", OptionalLong.empty(), Optional.of(true));

  private static List<DoctorCode> codes(List<Finding> findings) {
    return findings.stream().flatMap(each -> each.code().stream()).toList();
  }

  private static List<DoctorCode> together(SiteLook... sites) {
    return codes(SiteRules.together(List.of(sites), Map.of("main", 2L), "/etc/hf.yaml"));
  }

  @Test
  void sitesApartOfWhichOneKeepsWhatIsDeletedAreWell() {
    assertThat(together(NAS, BUCKET)).isEmpty();
  }

  @Test
  void oneSiteOneDiskAndNothingProtectedAreNamed() {
    assertThat(together(BUCKET)).containsExactly(DoctorCode.SINGLE_SITE);
    assertThat(together(NAS)).containsExactly(DoctorCode.SINGLE_SITE, DoctorCode.UNPROTECTED);
    SiteLook beside = new SiteLook("usb", "/mnt/usb", OptionalLong.of(1), Optional.of(false));
    assertThat(together(NAS, beside, BUCKET)).containsExactly(DoctorCode.SITES_SHARE_DISK);
    SiteLook withData = new SiteLook("own", "/var", OptionalLong.of(2), Optional.of(false));
    assertThat(together(withData))
        .containsExactly(
            DoctorCode.SINGLE_SITE, DoctorCode.BESIDE_THE_DATA, DoctorCode.UNPROTECTED);
    assertThat(together(withData, BUCKET)).isEmpty();
  }

  @Test
  void aStoreThatBreaksPromisesIsAFaultAndAWrongClockAWarning() {
    assertThat(codes(SiteRules.of("site", new SiteReport(List.of(), Duration.ZERO, 1, 1))))
        .isEmpty();
    SiteReport bad = new SiteReport(List.of("to list"), Duration.ofSeconds(21), 1, 1);
    assertThat(codes(SiteRules.of("site", bad)))
        .containsExactly(DoctorCode.SITE_UNSAFE, DoctorCode.SITE_CLOCK);
  }

  private static SiteStatus status(
      boolean required,
      Optional<String> trouble,
      long missingWal,
      Duration behind,
      Set<String> missingKeys,
      Set<String> surplusKeys) {
    SiteStatus.OfCluster cluster =
        new SiteStatus.OfCluster(
            "main",
            1,
            0,
            Optional.of(BackupRulesTest.ID),
            Set.of(BackupRulesTest.ID),
            List.of(),
            Optional.of(BackupRulesTest.NOW),
            missingWal,
            Optional.of(behind),
            Optional.empty());
    return new SiteStatus(
        "nas", "/mnt/nas", required, trouble, List.of(cluster), missingKeys, surplusKeys);
  }

  private static List<DoctorCode> compared(SiteStatus site) {
    return codes(SiteRules.compared(List.of(site)));
  }

  @Test
  void whatASiteLacksIsNamedOnceItIsMoreThanAMoment() {
    Optional<String> well = Optional.empty();
    assertThat(compared(status(true, well, 2, Duration.ofMinutes(59), Set.of(), Set.of())))
        .isEmpty();
    assertThat(compared(status(true, well, 2, Duration.ofMinutes(61), Set.of(), Set.of())))
        .containsExactly(DoctorCode.SITE_BEHIND);
    assertThat(compared(status(true, well, 0, Duration.ZERO, Set.of("a"), Set.of())))
        .containsExactly(DoctorCode.SITE_KEYS_DIFFER);
    assertThat(compared(status(true, Optional.of("gone"), 0, Duration.ZERO, Set.of(), Set.of())))
        .containsExactly(DoctorCode.SITE_UNREACHABLE);
    assertThat(compared(status(false, Optional.of("gone"), 0, Duration.ZERO, Set.of(), Set.of())))
        .containsExactly(DoctorCode.SITE_AWAY);
  }

  @Test
  void roomIsLowInAbsoluteTermsOrByShareOfASmallDisk() {
    assertThat(SpaceRules.of(space(200 * GIB, 4000 * GIB)).code()).isEmpty();
    assertThat(SpaceRules.of(space(9 * GIB, 100 * GIB)).code()).contains(DoctorCode.SPACE_LOW);
    assertThat(SpaceRules.of(space(11 * GIB, 100 * GIB)).code()).isEmpty();
    assertThat(SpaceRules.of(space(GIB - 1, 2 * GIB)).code()).contains(DoctorCode.SPACE_LOW);
    assertThat(SpaceRules.scratch(space(GIB, 9 * GIB), GIB)).isEmpty();
    assertThat(codes(SpaceRules.scratch(space(GIB, 9 * GIB), GIB + 1)))
        .containsExactly(DoctorCode.SCRATCH_SMALL);
  }

  private static DiskSpace space(long free, long total) {
    return new DiskSpace("spool", Path.of("/spool"), 1, free, total);
  }
}
