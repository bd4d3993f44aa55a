package io.holdfast.cli.wiring;

import io.holdfast.operations.doctor.NodesLook;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.PlainConnections;
import io.holdfast.service.Sharing;
import io.holdfast.settings.ClusterSettings;
import io.holdfast.settings.ServiceSettings;
import io.holdfast.settings.Settings;
import io.holdfast.sharing.DatabaseSharing;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Shares work with other nodes through a database. A class of its own, so that nothing of the
 * library is loaded without one.
 */
public final class NodeSharing {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private NodeSharing() {}

  /**
   * @throws HoldfastException (usage) if the database lies in a server that is backed up
   */
  public static Sharing of(
      Settings settings, ServiceSettings.Nodes nodes, OpenRepository opened, InstantSource clock) {
    ConnectionSettings connection = ConnectionSettings.parse(nodes.connection());
    settings
        .clusters()
        .forEach((name, cluster) -> refuseSamePlace(settings, connection, name, cluster));
    PlainConnections database = PlainConnections.to(connection, "holdfast-nodes", PATIENCE);
    return DatabaseSharing.at(
        new DatabaseSharing.Place(
            database,
            database.description(),
            opened.repository().id().toString(),
            HostName.ofThisMachine() + " " + ProcessHandle.current().pid(),
            settings.service().jobs(),
            rescued(settings, opened)),
        clock);
  }

  /**
   * What can be seen of the database now, without changing anything there.
   *
   * @throws HoldfastException (usage) if its connection cannot be understood
   */
  public static NodesLook look(
      Settings settings, ServiceSettings.Nodes nodes, OpenRepository opened) {
    ConnectionSettings connection = ConnectionSettings.parse(nodes.connection());
    PlainConnections database = PlainConnections.to(connection, "holdfast-doctor", PATIENCE);
    String place = database.description();
    try {
      settings
          .clusters()
          .forEach((name, cluster) -> refuseSamePlace(settings, connection, name, cluster));
      return DatabaseSharing.tryOut(database, place, rescued(settings, opened))
          .map(trouble ->
              new NodesLook(
                  place,
                  trouble.reached() ? NodesLook.State.UNFIT : NodesLook.State.UNREACHABLE,
                  trouble.why()))
          .orElseGet(() -> new NodesLook(place, NodesLook.State.USABLE, ""));
    } catch (HoldfastException e) {
      return new NodesLook(place, NodesLook.State.BACKED_UP, String.valueOf(e.getMessage()));
    }
  }

  /** Before anything was received of a cluster its server is known by its place alone. */
  private static void refuseSamePlace(
      Settings settings, ConnectionSettings nodes, ClusterName name, ClusterSettings cluster) {
    Map<String, String> other = ConnectionSettings.parse(cluster.connection()).parameters();
    boolean same =
        List.of("host", "port", "service").stream()
            .allMatch(word ->
                other.getOrDefault(word, "").equals(nodes.parameters().getOrDefault(word, "")));
    if (same) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "'service: nodes: connection' in "
              + settings.file()
              + " goes to the server of cluster '"
              + name
              + "': expected a server that is not backed up here",
          "When that server is down its rescue must not depend on it. Name another one, or leave it"
              + " out: nodes share through the repository then.");
    }
  }

  private static Map<Long, String> rescued(Settings settings, OpenRepository opened) {
    Map<Long, String> rescued = new HashMap<>();
    settings
        .clusters()
        .keySet()
        .forEach(name ->
            WalArchive.systemIdentifiers(opened.repository().cluster(name.text()))
                .forEach(system -> rescued.put(system, name.text())));
    return rescued;
  }
}
