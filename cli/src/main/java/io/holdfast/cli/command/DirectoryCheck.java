package io.holdfast.cli.command;

import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.operations.doctor.DoctorCode;
import io.holdfast.operations.doctor.Finding;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.ServerFacts;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether the data directory can be read from this machine's disks.
 *
 * @param path of it, if it can be
 */
record DirectoryCheck(Finding finding, Optional<Path> path) {
  static DirectoryCheck of(OpenCluster cluster, ServerFacts facts) {
    String subject = "data directory of " + cluster.name();
    Path path = cluster.declared().dataDirectory().orElseGet(() -> Path.of(facts.dataDirectory()));
    if (path.toString().isEmpty()) {
      return amiss(
          Finding.of(
              DoctorCode.MAY_NOT_SEE_SETTINGS,
              subject,
              "the role may not see where it is",
              "GRANT pg_read_all_settings to the role, or set data-directory."));
    }
    try {
      ControlFile control = DataDirectory.open(path).control();
      if (control.systemIdentifier() == facts.systemIdentifier()) {
        return new DirectoryCheck(Finding.ok(subject, path + " can be read"), Optional.of(path));
      }
      return amiss(
          Finding.of(
              DoctorCode.DIRECTORY_FOREIGN,
              subject,
              path
                  + " belongs to another server, system identifier "
                  + Long.toUnsignedString(control.systemIdentifier()),
              "Set data-directory to where this server's lies on this machine."));
    } catch (HoldfastException e) {
      String hint = e.hint().map(text -> text + " ").orElse("");
      return amiss(
          Finding.of(
              DoctorCode.DIRECTORY_UNREADABLE,
              subject,
              String.valueOf(e.getMessage()),
              hint + "If the server runs elsewhere, set source: sql for this cluster."));
    }
  }

  private static DirectoryCheck amiss(Finding finding) {
    return new DirectoryCheck(finding, Optional.empty());
  }
}
