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
import io.holdfast.metrics.LiveReceivers;
import io.holdfast.metrics.Looker;
import io.holdfast.metrics.Watched;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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
    List<ClusterLook> looks =
        new Looker(Watching.opening(rooms, settings), LiveReceivers.NONE, console.clock())
            .look(watched);
    String text = text(looks);
    if (output == null) {
      console.answer(new Printed(text, looks));
    } else {
      PublicFile.replace(output, text.getBytes(StandardCharsets.UTF_8));
    }
    return told(looks);
  }

  /** Requests are those of a process that lives: of one look they would only look like a count. */
  private String text(List<ClusterLook> looks) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      new Exposition(Build.version(), console.clock(), LiveReceivers.NONE, Map::of)
          .write(looks, Optional.empty(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  private ExitStatus told(List<ClusterLook> looks) {
    Map<RuntimeException, List<String>> troubles = new LinkedHashMap<>();
    looks.forEach(look ->
        look.trouble()
            .ifPresent(why ->
                troubles.merge(
                    why,
                    List.of(look.cluster()),
                    (some, more) -> Stream.concat(some.stream(), more.stream()).toList())));
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
