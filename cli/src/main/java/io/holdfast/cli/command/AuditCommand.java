package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.audit.Act;
import io.holdfast.operations.audit.ActEntry;
import io.holdfast.operations.audit.ActFormat;
import io.holdfast.operations.audit.AuditLog;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "audit",
    description = {
      "Show who did what with the repository: each command that changed it, or took out of it what"
          + " is kept there.",
    },
    footerHeading = "%n",
    footer = {
      "Exit status 4: a record is there that cannot be read. docs/audit.md says what this proves, and",
      "what it does not."
    })
final class AuditCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = Span.class,
      description = "How far back, such as 12h or 90d (default: 7d).")
  private Duration since = Duration.ofDays(7);

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final SiteOption site = new SiteOption();

  AuditCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    try (OpenRepository opened = rooms.reading(rooms.settings().repository(), site.from())) {
      opened.settle();
      AuditLog log = new AuditLog(opened.repository());
      List<Act> acts = new ArrayList<>();
      List<String> unreadable = new ArrayList<>();
      Together.inTurn(
          log.since(console.clock().instant().minus(since)),
          Together.MOST,
          entry -> Read.of(log, entry),
          (entry, read) -> {
            read.act().filter(this::asked).ifPresent(acts::add);
            if (read.damaged()) {
              unreadable.add(entry.name());
            }
          });
      console.answer(new Listed(acts, unreadable));
      return unreadable.isEmpty() ? ExitStatus.DONE : ExitStatus.UNVERIFIED;
    }
  }

  /** What names no cluster may have concerned any. */
  private boolean asked(Act act) {
    return cluster.name().isEmpty()
        || act.cluster().isEmpty()
        || act.cluster().equals(cluster.name());
  }

  private record Read(Optional<Act> act, boolean damaged) {
    static Read of(AuditLog log, ActEntry entry) {
      try {
        return new Read(log.read(entry), false);
      } catch (RepositoryDamagedException e) {
        return new Read(Optional.empty(), true);
      }
    }
  }

  private record Listed(List<Act> acts, List<String> unreadable) implements Answer {
    @Override
    public Object json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("acts", acts.stream().map(ActFormat::json).toList());
      json.put("unreadable", unreadable);
      return json;
    }

    @Override
    public void print(Page page) {
      Table table =
          new Table().left("BEGAN").left("BY").left("CLUSTER").left("STATUS").left("WHAT");
      for (Act act : acts) {
        table.row(
            Times.local(act.began()),
            act.user() + " on " + act.host(),
            act.cluster().orElse("-"),
            act.ended().isEmpty() ? "no end" : Integer.toString(act.status()),
            act.line() + (act.run().isEmpty() ? "" : "  (run " + act.run() + ")"));
      }
      if (acts.isEmpty()) {
        page.line("Nothing is recorded of that time.");
      } else {
        page.table(table);
      }
      unreadable.forEach(name -> page.line("CANNOT BE READ: audit/" + name));
    }
  }
}
