package io.holdfast.cli.wiring;

import io.holdfast.operations.wal.Receiver;
import io.holdfast.operations.wal.WalDesk;
import io.holdfast.service.Receiving;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.Progress;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** How WAL of each cluster is received that the service is to receive it of. */
public final class Receivings {
  private Receivings() {}

  /**
   * @param opened stays open as long as any of them
   * @param progress of each cluster's receiver
   */
  public static Map<String, Receiving.Start> of(
      Settings settings,
      OpenRepository opened,
      Function<String, Progress> progress,
      InstantSource clock) {
    Map<String, Receiving.Start> starts = new LinkedHashMap<>();
    settings
        .clusters()
        .forEach((name, cluster) -> {
          if (cluster.wal().receive()) {
            OpenCluster open = new OpenCluster(settings.file(), name, Optional.of(cluster), opened);
            starts.put(name.text(), () -> start(open, progress.apply(name.text()), clock));
          }
        });
    return starts;
  }

  private static Receiving start(OpenCluster open, Progress progress, InstantSource clock) {
    Receiver receiver = Receiver.start(open.archive(), open.receiverOptions(), progress, clock);
    try {
      return new WithDesk(receiver, WalDesk.open(receiver.archive(), open.deskFile(), progress));
    } catch (RuntimeException e) {
      receiver.close();
      throw e;
    }
  }

  /** Serves archive_command beside. */
  private record WithDesk(Receiver receiver, WalDesk desk) implements Receiving {
    @Override
    public void close() {
      try (receiver) {
        desk.close();
      }
    }
  }
}
