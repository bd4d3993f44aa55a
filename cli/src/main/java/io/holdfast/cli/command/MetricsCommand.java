package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.Build;
import io.holdfast.cli.wiring.PublicFile;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.cli.wiring.Watching;
import io.holdfast.metrics.ClusterLook;
import io.holdfast.metrics.Exposition;
import io.holdfast.metrics.LiveProcess;
import io.holdfast.metrics.LiveReceivers;
import io.holdfast.metrics.Looker;
import io.holdfast.metrics.Round;
import io.holdfast.metrics.ScheduledJob;
import io.holdfast.metrics.Watched;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "metrics",
    description = {
      "Print what Prometheus should know: one look at the repository, and at where each server is.",
      "For cron and the textfile collector of node_exporter. A server that is away takes nothing"
          + " away of what the repository says."
    },
    footerHeading = "%n",
    footer = {
      "A cluster that cannot be looked at is told of as holdfast_look_success 0, and by the exit",
      "status; the others are told of all the same. docs/metrics.md lists all metrics."
    })
final class MetricsCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CLUSTER",
      description = "Which cluster; all that are configured if left out.")
  private @Nullable String cluster;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Write them to a file that everybody may read, and that is replaced as a whole, such as"
              + " /var/lib/prometheus/node-exporter/holdfast.prom.")
  private @Nullable Path output;

  MetricsCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    Settings settings = rooms.settings();
    List<Watched> watched =
        cluster == null
            ? Watching.clusters(settings)
            : List.of(Watching.cluster(rooms, settings, cluster));
    List<ScheduledJob> jobs =
        Watching.jobs(settings).stream()
            .filter(job -> cluster == null || job.concerns(cluster))
            .toList();
    Round round;
    try (Looker looker =
        new Looker(Watching.opening(rooms, settings), LiveReceivers.NONE, console.clock())) {
      round = looker.look(watched, jobs);
    }
    String text = text(round);
    if (output == null) {
      console.answer(new Printed(text, round.clusters()));
    } else {
      PublicFile.replace(output, text.getBytes(StandardCharsets.UTF_8));
    }
    return told(round);
  }

  private String text(Round round) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      new Exposition(Build.version(), console.clock(), LiveProcess.NONE)
          .write(round, Optional.empty(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  private ExitStatus told(Round round) {
    Map<RuntimeException, List<String>> troubles = new LinkedHashMap<>();
    round
        .clusters()
        .forEach(look -> look.trouble().ifPresent(why -> add(troubles, why, look.cluster())));
    round.jobs().trouble().ifPresent(why -> add(troubles, why, "scheduled jobs"));
    ExitStatus status = ExitStatus.DONE;
    for (Map.Entry<RuntimeException, List<String>> each : troubles.entrySet()) {
      if (!(each.getKey() instanceof HoldfastException known)) {
        throw each.getKey();
      }
      console.warn(
          "no look at "
              + String.join(", ", each.getValue())
              + ": "
              + known.getMessage()
              + known.hint().map(hint -> ". HINT: " + hint).orElse(""));
      status = status == ExitStatus.DONE ? known.status() : status;
    }
    return status;
  }

  private static void add(
      Map<RuntimeException, List<String>> troubles, RuntimeException why, String unseen) {
    troubles.computeIfAbsent(why, each -> new ArrayList<>()).add(unseen);
  }

  private record Printed(String text, List<ClusterLook> looks) implements Answer {
    @Override
    public Object json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("clusters", looks.stream().map(Printed::json).toList());
      json.put("exposition", text);
      return json;
    }

    private static Map<String, Object> json(ClusterLook look) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("cluster", look.cluster());
      json.put("seen", look.facts().isPresent());
      json.put("trouble", look.trouble().map(Throwable::getMessage).orElse(null));
      return json;
    }

    @Override
    public void print(Page page) {
      text.lines().forEach(page::line);
    }
  }
}
