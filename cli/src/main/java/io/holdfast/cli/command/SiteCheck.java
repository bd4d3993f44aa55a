package io.holdfast.cli.command;

import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.doctor.DiskSpace;
import io.holdfast.operations.doctor.DoctorCode;
import io.holdfast.operations.doctor.Finding;
import io.holdfast.operations.doctor.SiteLook;
import io.holdfast.operations.doctor.SiteRules;
import io.holdfast.operations.doctor.SpaceRules;
import io.holdfast.operations.probe.SiteProbe;
import io.holdfast.repository.Repository;
import io.holdfast.s3.BucketProtection;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.S3Settings;
import io.holdfast.settings.SiteSettings;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Whether a site can be trusted with a repository at all, how quick it is, and where it lies. */
final class SiteCheck {
  private final NamedSite site;
  private final String subject;
  private final List<Finding> findings = new ArrayList<>();
  private OptionalLong device = OptionalLong.empty();
  private Optional<Boolean> retains = Optional.empty();

  private SiteCheck(NamedSite site, boolean only) {
    this.site = site;
    this.subject = only ? "site" : "site " + site.name();
  }

  static SiteCheck of(Rooms rooms, NamedSite site, boolean only, InstantSource clock) {
    SiteCheck check = new SiteCheck(site, only);
    check.look(rooms, clock);
    return check;
  }

  List<Finding> findings() {
    return findings;
  }

  /** Whether it can be used. */
  boolean usable() {
    return findings.stream()
        .flatMap(finding -> finding.code().stream())
        .noneMatch(code ->
            code == DoctorCode.SITE_UNREACHABLE
                || code == DoctorCode.SITE_AWAY
                || code == DoctorCode.SITE_EMPTY);
  }

  SiteLook look() {
    return new SiteLook(site.name(), site.place().description(), device, retains);
  }

  private void look(Rooms rooms, InstantSource clock) {
    try (Storage storage = rooms.storage(site)) {
      if (!Repository.exists(storage)) {
        // To try it would write into the place of a disk that is not mounted.
        findings.add(
            Finding.of(
                DoctorCode.SITE_EMPTY,
                subject,
                "expected a repository at " + storage.description() + ", found none",
                "Is its file system mounted? If it is new: holdfast sync " + site.name()));
        return;
      }
      findings.addAll(SiteRules.of(subject, SiteProbe.run(storage, clock)));
      lookAtPlace(rooms);
    } catch (HoldfastException e) {
      findings.add(
          Finding.of(
              site.required() ? DoctorCode.SITE_UNREACHABLE : DoctorCode.SITE_AWAY, subject, e));
    }
  }

  private void lookAtPlace(Rooms rooms) {
    switch (site.place()) {
      case SiteSettings.Directory(Path path) -> {
        retains = Optional.of(false);
        DiskSpace.of("space for " + subject, path)
            .ifPresent(space -> {
              device = OptionalLong.of(space.device());
              findings.add(SpaceRules.of(space));
            });
      }
      case S3Settings bucket -> {
        BucketProtection protection = rooms.protection(bucket);
        findings.addAll(ProtectionCheck.of(subject, bucket, protection));
        retains = ProtectionCheck.retains(bucket, protection);
      }
      default -> {
        // Nobody can tell from here what an SFTP server keeps.
      }
    }
  }
}
