package io.holdfast.cli.command;

import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.postgres.ClientPrograms;
import io.holdfast.postgres.ClusterFiles;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.Programs;
import io.holdfast.postgres.ServerFacts;
import io.holdfast.postgres.ServerSession;
import io.holdfast.settings.ClusterSettings;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether a server is as backing it up needs it. */
final class ServerCheck {
  private final OpenCluster cluster;
  private final String subject;
  private final List<Finding> findings = new ArrayList<>();

  private ServerCheck(OpenCluster cluster) {
    this.cluster = cluster;
    this.subject = "server of " + cluster.name();
  }

  static List<Finding> of(OpenCluster cluster) {
    return new ServerCheck(cluster).look();
  }

  private List<Finding> look() {
    try (ServerSession session = ServerSession.connect(cluster.connection())) {
      ServerFacts facts = session.facts();
      findings.add(
          Finding.ok(
              subject,
              "PostgreSQL "
                  + facts.version()
                  + ", "
                  + (session.inRecovery() ? "standby" : "primary")
                  + ", system identifier "
                  + Long.toUnsignedString(facts.systemIdentifier())));
      session.missingRequirements(cluster.declared().wal().slot()).forEach(this::add);
      if (cluster.declared().source() == ClusterSettings.Source.SQL) {
        lookThrough(session);
      } else {
        lookAtDirectory(facts);
      }
      lookForPrograms(facts.major());
    } catch (HoldfastException e) {
      findings.add(Finding.fault(subject, e));
    }
    return findings;
  }

  private void add(ServerSession.Requirement missing) {
    findings.add(
        missing.severe()
            ? Finding.fault(subject, missing.what(), missing.fix())
            : Finding.note(subject, missing.what(), missing.fix()));
  }

  private void lookThrough(ServerSession session) {
    List<ServerSession.Requirement> missing = session.missingForFiles();
    missing.forEach(this::add);
    if (missing.isEmpty()) {
      int jobs = cluster.declared().backup().jobs();
      ClusterFiles files = ClusterFiles.of(session, cluster.connection(), jobs);
      findings.add(
          Finding.ok(
              subject,
              "its files can be read through the connection, checkpoint "
                  + files.control().checkpoint()));
    }
  }

  private void lookAtDirectory(ServerFacts facts) {
    String about = "data directory of " + cluster.name();
    Path path = cluster.declared().dataDirectory().orElseGet(() -> Path.of(facts.dataDirectory()));
    if (path.toString().isEmpty()) {
      findings.add(
          Finding.fault(
              about,
              "the role may not see where it is",
              "GRANT pg_read_all_settings to the role, or set data-directory."));
      return;
    }
    try {
      ControlFile control = DataDirectory.open(path).control();
      findings.add(
          control.systemIdentifier() == facts.systemIdentifier()
              ? Finding.ok(about, path + " can be read")
              : Finding.fault(
                  about,
                  path
                      + " belongs to another server, system identifier "
                      + Long.toUnsignedString(control.systemIdentifier()),
                  "Set data-directory to where this server's lies on this machine."));
    } catch (HoldfastException e) {
      String hint = e.hint().map(text -> text + " ").orElse("");
      findings.add(
          Finding.fault(
              about,
              String.valueOf(e.getMessage()),
              hint + "If the server runs elsewhere, set source: sql for this cluster."));
    }
  }

  private void lookForPrograms(int major) {
    if (Programs.find(major, cluster.declared().binDirectory().stream().toList()).isEmpty()) {
      findings.add(
          Finding.note(
              "programs of PostgreSQL " + major,
              "not found on this machine: 'restore --start' will not work",
              "Install them, or set bin-directory."));
    }
    lookForClients(major);
  }

  private void lookForClients(int major) {
    String about = "client programs for PostgreSQL " + major;
    try {
      ClientPrograms clients = ClientPrograms.find(major, cluster.programDirectories());
      findings.add(
          Finding.ok(about, "pg_dump " + clients.version() + " in " + clients.directory()));
    } catch (HoldfastException e) {
      findings.add(
          Finding.note(
              about,
              e.getMessage() + ": 'backup --kind logical' and 'dump restore' will not work",
              e.hint().orElse("Install them, or set bin-directory.")));
    }
  }
}
