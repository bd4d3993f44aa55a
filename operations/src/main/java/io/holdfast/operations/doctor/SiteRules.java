package io.holdfast.operations.doctor;

import io.holdfast.operations.probe.SiteReport;
import io.holdfast.operations.status.SiteStatus;
import io.holdfast.vocabulary.ByteSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Whether the sites can be trusted with a repository, each by itself and all together. */
public final class SiteRules {
  private static final Duration BEHIND = Duration.ofHours(1);

  private SiteRules() {}

  /** What a probe of one site tells. */
  public static List<Finding> of(String subject, SiteReport report) {
    List<Finding> found = new ArrayList<>();
    if (report.broken().isEmpty()) {
      found.add(
          Finding.ok(
              subject,
              "keeps what a repository relies on; "
                  + perSecond(report.upload())
                  + " up, "
                  + perSecond(report.download())
                  + " down"));
    } else {
      found.add(
          Finding.of(
              DoctorCode.SITE_UNSAFE,
              subject,
              "a repository relies on the store "
                  + String.join(", ", report.broken())
                  + "; it does not do that",
              "Backups there are not safe. docs/sites.md says what a store must be able to do."));
    }
    if (!report.clocksAgree()) {
      long seconds = report.clockAhead().toSeconds();
      found.add(
          Finding.of(
              DoctorCode.SITE_CLOCK,
              subject,
              "its clock is "
                  + Math.abs(seconds)
                  + " s "
                  + (seconds > 0 ? "ahead of" : "behind")
                  + " this machine's; leases last 60 s",
              "timedatectl set-ntp true   # on this machine"));
    }
    return found;
  }

  private static String perSecond(long bytes) {
    return ByteSize.format(bytes) + "/s";
  }

  /**
   * How the places lie to each other, and to the data.
   *
   * @param data number of the file system that a server's data directory is on, by cluster; without
   *     those that are not on this machine
   */
  public static List<Finding> together(
      List<SiteLook> sites, Map<String, Long> data, String config) {
    List<Finding> found = new ArrayList<>();
    if (sites.size() == 1) {
      found.add(
          Finding.of(
              DoctorCode.SINGLE_SITE,
              "sites",
              "there is one: " + sites.getFirst().description(),
              "repository:\n  sites:\n    here: "
                  + (sites.getFirst().local()
                      ? "{ path: " + sites.getFirst().description() + " }"
                      : "   # below it, indented, what says now where the repository lies")
                  + "\n    offsite: { s3: { bucket: holdfast-offsite } }   # a bucket of yours, or a"
                  + " directory elsewhere: { path: /mnt/elsewhere/holdfast }\nin "
                  + config
                  + ", and then: holdfast sync offsite"));
    }
    sameDevice(sites, found);
    besideTheData(sites, data, found);
    if (sites.stream().noneMatch(site -> site.retains().orElse(false))) {
      found.add(
          Finding.of(
              DoctorCode.UNPROTECTED,
              "sites",
              "whoever takes over this machine can delete every backup on "
                  + names(sites)
                  + (sites.stream().anyMatch(site -> site.retains().isEmpty())
                      ? ", as far as can be seen"
                      : ""),
              "A bucket with versions and object lock as one of the sites: docs/sites.md,"
                  + " 'Protected from deletion'."));
    }
    return found;
  }

  private static void sameDevice(List<SiteLook> sites, List<Finding> found) {
    Map<Long, List<SiteLook>> devices = new HashMap<>();
    sites.stream()
        .filter(SiteLook::local)
        .forEach(site ->
            devices.computeIfAbsent(site.device().orElseThrow(), _ -> new ArrayList<>()).add(site));
    devices.values().stream()
        .filter(together -> together.size() > 1)
        .forEach(together ->
            found.add(
                Finding.of(
                    DoctorCode.SITES_SHARE_DISK,
                    "sites",
                    names(together) + " lie on the same file system",
                    "Put one of them on another disk, or better into another building: move it,"
                        + " change its path, and: holdfast sync")));
  }

  private static void besideTheData(
      List<SiteLook> sites, Map<String, Long> data, List<Finding> found) {
    data.forEach((cluster, device) -> {
      if (sites.stream().allMatch(site -> site.device().equals(OptionalLong.of(device)))) {
        found.add(
            Finding.of(
                    DoctorCode.BESIDE_THE_DATA,
                    "sites",
                    "all of the repository lies on the file system of the data directory of "
                        + cluster,
                    "Add a site elsewhere, below repository.sites, and: holdfast sync")
                .in(cluster));
      }
    });
  }

  private static String names(List<SiteLook> sites) {
    return sites.stream().map(SiteLook::name).collect(Collectors.joining(" and "));
  }

  /** How the sites stand to each other, by what they hold. */
  public static List<Finding> compared(List<SiteStatus> sites) {
    List<Finding> found = new ArrayList<>();
    for (SiteStatus site : sites) {
      String subject = "site " + site.site();
      site.trouble()
          .ifPresent(why ->
              found.add(
                  Finding.of(
                      site.required() ? DoctorCode.SITE_UNREACHABLE : DoctorCode.SITE_AWAY,
                      subject,
                      why,
                      "When it can be reached again: holdfast sync " + site.site())));
      if (site.trouble().isEmpty()) {
        behind(subject, site, found);
      }
    }
    return found;
  }

  private static void behind(String subject, SiteStatus site, List<Finding> found) {
    for (SiteStatus.OfCluster each : site.clusters()) {
      boolean late = each.behind().filter(by -> by.compareTo(BEHIND) > 0).isPresent();
      if (!each.missingBackups().isEmpty() || late) {
        found.add(
            Finding.of(
                    DoctorCode.SITE_BEHIND,
                    subject,
                    "of "
                        + each.cluster()
                        + " it lacks "
                        + each.missingBackups().size()
                        + " backups and "
                        + each.missingWal()
                        + " files of WAL that another site has",
                    "holdfast sync "
                        + site.site()
                        + "\nand from then on, in schedules: catch-up: { run: sync, when: every 1h }")
                .in(each.cluster()));
      }
    }
    if (!site.missingKeys().isEmpty() || !site.surplusKeys().isEmpty()) {
      found.add(
          Finding.of(
              DoctorCode.SITE_KEYS_DIFFER,
              subject,
              site.surplusKeys().isEmpty()
                  ? "it lacks key slots that the first site has: "
                      + String.join(", ", site.missingKeys())
                  : "it opens with keys that were removed elsewhere: "
                      + String.join(", ", site.surplusKeys()),
              site.surplusKeys().isEmpty()
                  ? "holdfast sync " + site.site()
                  : "holdfast key remove "
                      + site.surplusKeys().iterator().next()
                      + " --site "
                      + site.site()));
    }
  }
}
