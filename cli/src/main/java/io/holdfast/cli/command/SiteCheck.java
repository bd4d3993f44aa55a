package io.holdfast.cli.command;

import io.holdfast.operations.probe.SiteProbe;
import io.holdfast.operations.probe.SiteReport;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.HoldfastException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Whether the site can be trusted with a repository at all, and how quick it is. */
final class SiteCheck {
  private SiteCheck() {}

  static List<Finding> of(String subject, Storage storage, InstantSource clock) {
    SiteReport report;
    try {
      report = SiteProbe.run(storage, clock);
    } catch (HoldfastException e) {
      return List.of(Finding.fault(subject, e));
    }
    List<Finding> findings = new ArrayList<>();
    if (report.broken().isEmpty()) {
      findings.add(
          Finding.ok(
              subject,
              "keeps what a repository relies on; "
                  + perSecond(report.upload())
                  + " up, "
                  + perSecond(report.download())
                  + " down"));
    } else {
      findings.add(
          Finding.fault(
              subject,
              "a repository relies on the store "
                  + String.join(", ", report.broken())
                  + "; it does not do that",
              "Backups there are not safe. docs/sites.md says what a store must be able to do."));
    }
    if (!report.clocksAgree()) {
      long seconds = report.clockAhead().toSeconds();
      findings.add(
          Finding.note(
              "clocks",
              "the site's is "
                  + Math.abs(seconds)
                  + " s "
                  + (seconds > 0 ? "ahead of" : "behind")
                  + " this machine's; leases last 60 s",
              "Set this machine's clock by NTP."));
    }
    return findings;
  }

  private static String perSecond(long bytes) {
    return ByteSize.format(bytes) + "/s";
  }
}
