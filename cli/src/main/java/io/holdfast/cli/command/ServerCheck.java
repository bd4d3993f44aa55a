package io.holdfast.cli.command;

import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.operations.doctor.DoctorCode;
import io.holdfast.operations.doctor.Finding;
import io.holdfast.operations.doctor.ServerLook;
import io.holdfast.operations.doctor.ServerRules;
import io.holdfast.postgres.ClusterFiles;
import io.holdfast.postgres.ServerFacts;
import io.holdfast.postgres.ServerHealth;
import io.holdfast.postgres.ServerSession;
import io.holdfast.settings.ClusterSettings;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a server is as backing it up needs it. */
final class ServerCheck {
  private final OpenCluster cluster;
  private final boolean dumps;
  private final InstantSource clock;
  private final List<Finding> findings = new ArrayList<>();
  private Optional<ServerHealth> health = Optional.empty();
  private Optional<DirectoryCheck> directory = Optional.empty();

  private ServerCheck(OpenCluster cluster, boolean dumps, InstantSource clock) {
    this.cluster = cluster;
    this.dumps = dumps;
    this.clock = clock;
  }

  /**
   * @param dumps whether its databases are dumped
   */
  static ServerCheck of(OpenCluster cluster, boolean dumps, InstantSource clock) {
    ServerCheck check = new ServerCheck(cluster, dumps, clock);
    check.look();
    return check;
  }

  List<Finding> findings() {
    return findings.stream().map(finding -> finding.in(cluster.name())).toList();
  }

  /** Empty if the server could not be asked. */
  Optional<ServerHealth> health() {
    return health;
  }

  /** Empty if it is not on this machine, as far as we know. */
  Optional<DirectoryCheck> directory() {
    return directory;
  }

  private void look() {
    String subject = "server of " + cluster.name();
    try (ServerSession session = ServerSession.connect(cluster.connection())) {
      ServerFacts facts = session.facts();
      health = Optional.of(session.health());
      findings.addAll(ServerRules.of(look(session, facts, health.orElseThrow()), clock.instant()));
      if (cluster.declared().source() == ClusterSettings.Source.SQL) {
        lookThrough(subject, session);
      } else {
        DirectoryCheck local = DirectoryCheck.of(cluster, facts);
        findings.add(local.finding());
        directory = Optional.of(local).filter(each -> each.path().isPresent());
      }
      findings.addAll(ProgramsCheck.of(cluster, facts.major(), dumps));
    } catch (HoldfastException e) {
      findings.add(Finding.of(DoctorCode.SERVER_UNREACHABLE, subject, e));
    }
  }

  private ServerLook look(ServerSession session, ServerFacts facts, ServerHealth seen) {
    Duration ahead = clockAhead(session);
    return new ServerLook(
        cluster.name(),
        facts,
        session.inRecovery(),
        seen,
        ahead,
        session.tablespaces().stream()
            .filter(each -> !each.location().isEmpty())
            .map(ServerSession.Tablespace::name)
            .toList(),
        session.missingRequirements(cluster.declared().wal().slot()),
        new ServerLook.Wanted(
            cluster.declared().wal().receive(),
            cluster.declared().wal().slot(),
            dumps,
            cluster.config().toString()));
  }

  private Duration clockAhead(ServerSession session) {
    Instant before = clock.instant();
    Instant there = session.serverTime();
    Instant after = clock.instant();
    if (there.isBefore(before)) {
      return Duration.between(before, there);
    }
    return there.isAfter(after) ? Duration.between(after, there) : Duration.ZERO;
  }

  private void lookThrough(String subject, ServerSession session) {
    List<ServerSession.Requirement> missing = session.missingForFiles();
    missing.forEach(each -> findings.add(ServerRules.of(subject, each)));
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
}
