package io.holdfast.cli.command;

import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.operations.doctor.DoctorCode;
import io.holdfast.operations.doctor.Finding;
import io.holdfast.postgres.ClientPrograms;
import io.holdfast.postgres.Programs;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;

/** Whether PostgreSQL's own programs are on this machine. */
final class ProgramsCheck {
  private ProgramsCheck() {}

  static List<Finding> of(OpenCluster cluster, int major, boolean dumps) {
    List<Finding> found = new ArrayList<>();
    if (Programs.find(major, cluster.programDirectories()).isEmpty()) {
      found.add(
          Finding.of(
              DoctorCode.PROGRAMS_MISSING,
              "programs of PostgreSQL " + major,
              "not found on this machine: 'restore --start' will not work",
              "apt-get install postgresql-" + major + "   # or set bin-directory"));
    }
    found.add(clients(cluster, major, dumps));
    return found;
  }

  private static Finding clients(OpenCluster cluster, int major, boolean dumps) {
    String subject = "client programs for PostgreSQL " + major;
    try {
      ClientPrograms clients = ClientPrograms.find(major, cluster.programDirectories());
      return Finding.ok(subject, "pg_dump " + clients.version() + " in " + clients.directory());
    } catch (HoldfastException e) {
      return Finding.of(
          dumps ? DoctorCode.CLIENTS_MISSING : DoctorCode.CLIENTS_UNUSED,
          subject,
          e.getMessage() + ": 'backup --kind logical' and 'dump restore' will not work",
          "apt-get install postgresql-client-" + major + "   # or set bin-directory");
    }
  }
}
