package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.ServiceLog;
import io.holdfast.cli.wiring.Alarms;
import io.holdfast.cli.wiring.ApiListening;
import io.holdfast.cli.wiring.Build;
import io.holdfast.cli.wiring.HostName;
import io.holdfast.cli.wiring.Installation;
import io.holdfast.cli.wiring.Jobs;
import io.holdfast.cli.wiring.Listeners;
import io.holdfast.cli.wiring.Monitoring;
import io.holdfast.cli.wiring.NodeSharing;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Receivings;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.service.Heartbeat;
import io.holdfast.service.Job;
import io.holdfast.service.Matter;
import io.holdfast.service.NotifySocket;
import io.holdfast.service.Receiving;
import io.holdfast.service.Service;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

@Command(
    name = "serve",
    description = "Run schedules and receive WAL of all clusters, until stopped.",
    footerHeading = "%n",
    footer = {
      "Make it a service; docs/operations.md has the unit. What it runs and how it went lies in the",
      "repository: killed, moved or started twice, it goes on where it was, and runs nothing twice."
    })
final class ServeCommand extends HoldfastCommand {
  private static final Matter SERVICE = new Matter("", "service", "holdfast " + Build.version());
  private static final Matter API = new Matter("", "service.api", "API");

  private final Console console;
  private final Rooms rooms;
  private final Nested nested;

  ServeCommand(Console console, Rooms rooms, Nested nested) {
    this.console = console;
    this.rooms = rooms;
    this.nested = nested;
  }

  @Override
  ExitStatus run() {
    Settings settings = rooms.settings(ScheduledWords.by(nested));
    List<Job> jobs = Jobs.of(settings);
    ServiceLog log = new ServiceLog(console.streams(), console.json(), console.clock());
    try (OpenRepository opened = rooms.open(settings.repository());
        Alarms alarms = Alarms.start(settings, opened.repository(), console.clock());
        Monitoring monitoring = monitoring(settings, alarms, log)) {
      Listeners events = new Listeners(List.of(log, alarms, monitoring));
      Map<String, Receiving.Start> receivers =
          Receivings.of(
              settings,
              opened,
              name -> new ReceiverLog(events, new Matter(name, "wal", "WAL of " + name)),
              console.clock());
      refuseNothing(settings, jobs, receivers);
      try (Service service =
              Service.of(
                  parts(settings, opened, jobs, receivers, console.clock()),
                  events,
                  console.clock());
          ApiListening api = api(settings, opened, jobs, service, log)) {
        monitoring.begin(service);
        log.note(
            SERVICE,
            "serves "
                + settings.file()
                + ": "
                + counted(jobs.size(), "job")
                + ", WAL of "
                + counted(receivers.size(), "cluster"));
        if (api != null) {
          log.note(API, "answers at " + api.url());
        }
        // Everything that can refuse has been asked.
        service.begin();
        try (Heartbeat _ = heartbeat(service)) {
          service.join();
        }
      }
      return ExitStatus.DONE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.note(SERVICE, "stopped serving");
      return ExitStatus.INTERRUPTED;
    }
  }

  private static String counted(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private static Service.Parts parts(
      Settings settings,
      OpenRepository opened,
      List<Job> jobs,
      Map<String, Receiving.Start> receivers,
      InstantSource clock) {
    return new Service.Parts(
        opened.repository(),
        jobs,
        settings.service().jobs(),
        receivers,
        settings.service().nodes().map(nodes -> NodeSharing.of(settings, nodes, opened, clock)),
        List.of(Installation.launcher().toString(), "--config=" + settings.file()),
        HostName.ofThisMachine(),
        "holdfast " + Build.version());
  }

  private Monitoring monitoring(Settings settings, Alarms alarms, ServiceLog log) {
    return Monitoring.of(
        rooms,
        settings,
        alarms.channels(),
        System.getenv(),
        what -> log.note(new Matter("", "telemetry", "OpenTelemetry"), what),
        console.clock());
  }

  /** For programs, if any are to be answered. */
  private @Nullable ApiListening api(
      Settings settings, OpenRepository opened, List<Job> jobs, Service service, ServiceLog log) {
    return settings
        .service()
        .api()
        .map(wanted ->
            ApiListening.start(
                rooms,
                settings,
                wanted,
                opened,
                jobs,
                service,
                what -> log.note(API, what),
                console.clock()))
        .orElse(null);
  }

  /** For the service manager, if one waits. */
  private @Nullable Heartbeat heartbeat(Service service) {
    return NotifySocket.of(System.getenv())
        .map(socket ->
            Heartbeat.begin(
                socket, service, () -> service.underWay().size() + " jobs run", console.clock()))
        .orElse(null);
  }

  private static void refuseNothing(
      Settings settings, List<Job> jobs, Map<String, Receiving.Start> receivers) {
    if (jobs.isEmpty() && receivers.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "there is nothing to do for 'serve' in " + settings.file(),
          "Declare clusters and 'schedules:'.");
    }
  }
}
