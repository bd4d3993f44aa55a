package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.restore.FileOwner;
import io.holdfast.operations.restore.RecoveryTarget;
import io.holdfast.operations.restore.Restore;
import io.holdfast.operations.restore.RestorePlan;
import io.holdfast.operations.restore.RestoreRequest;
import io.holdfast.operations.restore.RestoreResult;
import io.holdfast.operations.restore.TargetAction;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.Progress;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "restore",
    description = "Restore a cluster, to any moment that backups and WAL reach, into a new place.",
    footerHeading = "%n",
    footer = {
      "The plan is printed first; --dry-run ends there. Nothing is overwritten, unless --delta says so."
    })
final class RestoreCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Mixin private final ClusterChoice cluster = new ClusterChoice();

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "The new data directory: missing or empty.")
  private Path to = Path.of("");

  @Option(
      names = "--at",
      paramLabel = "TARGET",
      description =
          "latest (default), a time such as '2026-11-22 10:14:00+01', an LSN, xid:N, name:X"
              + " (a restore point) or immediate (as soon as the backup is consistent).")
  private String at = "latest";

  @Option(names = "--exclusive", description = "Stop just before the target instead of just after.")
  private boolean exclusive;

  @Option(
      names = "--backup",
      paramLabel = "ID",
      description = "Which backup to start from (default: the newest that reaches the target).")
  private @Nullable String backup;

  @Option(
      names = "--timeline",
      paramLabel = "N",
      converter = WholeNumber.Timeline.class,
      description = "Which timeline to follow (default: the newest that has the target).")
  private @Nullable Integer timeline;

  @Option(
      names = "--tablespace",
      paramLabel = "OLD=NEW",
      description = "Put a tablespace (by location, name or oid) elsewhere. May be repeated.")
  private Map<String, Path> tablespaces = new HashMap<>();

  @Option(names = "--standby", description = "Leave a standby that follows on.")
  private boolean standby;

  @Option(
      names = "--primary",
      paramLabel = "CONNINFO",
      description = "The server that the standby follows; a libpq connection string.")
  private @Nullable String primary;

  @Option(names = "--start", description = "Start the server and wait until recovery has ended.")
  private boolean start;

  @Option(
      names = "--port",
      paramLabel = "N",
      converter = WholeNumber.Port.class,
      description = "Its port (default: a free one).")
  private @Nullable Integer port;

  @Option(
      names = "--then",
      paramLabel = "ACTION",
      description = "At the target: promote (default), pause or shutdown.")
  private TargetAction action = TargetAction.PROMOTE;

  @Option(
      names = "--delta",
      description = "Re-use what is already right in an existing, stopped data directory.")
  private boolean delta;

  @Option(
      names = "--take-over",
      description = "Keep the source's settings: the copy takes the place of the original.")
  private boolean takeOver;

  @Option(
      names = "--owner",
      paramLabel = "USER[:GROUP]",
      description = "Who is to own the files, when run as root (default: as in the backup).")
  private @Nullable String owner;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description =
          "A setting of the copy's server, above all others, such as shared_buffers=1GB. May be"
              + " repeated.")
  private Map<String, String> settings = new HashMap<>();

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      converter = WholeNumber.Jobs.class,
      description = "Worker threads.")
  private @Nullable Integer jobs;

  @Option(names = "--dry-run", description = "Print the plan, do nothing.")
  private boolean dryRun;

  @Mixin private final SiteOption site = new SiteOption();

  RestoreCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return dryRun ? Deed.NONE : Deed.DONE;
  }

  @Override
  ExitStatus run() {
    RecoveryTarget target = RecoveryTarget.parse(at, ZoneId.systemDefault(), exclusive);
    if (target instanceof RecoveryTarget.Moment(Instant moment, _, _)
        && moment.isAfter(console.clock().instant())) {
      // No refusal: the clock of this machine may be the wrong one.
      console.note(
          "the moment "
              + Times.local(moment)
              + " lies in the future, it is now "
              + Times.local(console.clock().instant())
              + ": to restore everything there is, say --at latest");
    }
    return restore(target);
  }

  private ExitStatus restore(RecoveryTarget target) {
    try (OpenCluster open = rooms.readingCluster(cluster.name(), site.from())) {
      List<String> away = open.opened().settle();
      away.forEach(name ->
          console.warn(
              "site "
                  + name
                  + " cannot be reached: what only it has is not restored, and its WAL"
                  + " is not asked for"));
      Restore restore = new Restore(open.archive(), open.restoreHost(away), console.clock());
      Progress progress = console.progress();
      RestorePlan plan = restore.plan(request(open, target), progress);
      if (dryRun) {
        console.answer(new Planned(plan));
        return ExitStatus.DONE;
      }
      concerns(plan.backup());
      plan.lines().forEach(console::note);
      console.answer(new Restored(plan, restore.run(plan, progress)));
      return ExitStatus.DONE;
    }
  }

  private RestoreRequest request(OpenCluster open, RecoveryTarget target) {
    RestoreRequest.Builder request =
        RestoreRequest.to(to)
            .at(target)
            .from(Optional.ofNullable(backup).map(new Backups(open.archive())::find))
            .onTimeline(number(timeline))
            .mapping(tablespaces)
            .standby(standby)
            .following(Optional.ofNullable(primary))
            .start(start)
            .delta(delta)
            .takeOver(takeOver)
            .ownedBy(Optional.ofNullable(owner).map(FileOwner::parse))
            .onPort(number(port))
            .with(settings)
            .then(action);
    return (jobs == null ? request : request.workers(jobs)).build();
  }

  private static OptionalInt number(@Nullable Integer given) {
    return given == null ? OptionalInt.empty() : OptionalInt.of(given);
  }

  private record Planned(RestorePlan plan) implements Answer {
    @Override
    public Object json() {
      return plan.toJson();
    }

    @Override
    public void print(Page page) {
      page.lines(plan.lines());
      page.line("Nothing was done: --dry-run.");
    }
  }

  private record Restored(RestorePlan plan, RestoreResult result) implements Answer {
    @Override
    public Object json() {
      ObjectNode json = result.toJson();
      json.set("plan", plan.toJson());
      return json;
    }

    @Override
    public void print(Page page) {
      page.line(
          "restored "
              + ByteSize.format(result.bytes())
              + " in "
              + result.files()
              + " files to "
              + result.directory()
              + " in "
              + Times.span(result.copying()));
      if (plan.request().delta()) {
        page.line(
            ByteSize.format(result.bytesWritten())
                + " had to be written, "
                + result.extraRemoved()
                + " entries removed");
      }
      result.server().ifPresentOrElse(server -> print(page, server), () -> printNext(page));
    }

    private void print(Page page, RestoreResult.Started server) {
      page.line(
          "the server is "
              + server.state()
              + " on timeline "
              + server.timeline()
              + " after "
              + Times.span(server.took())
              + server.reached().map(lsn -> ", replayed to " + lsn).orElse("")
              + server
                  .lastTransaction()
                  .map(time -> ", last transaction " + Times.local(time))
                  .orElse(""));
      if (server.port() != 0) {
        page.line("connect: psql \"" + server.connection() + "\"");
      }
      page.line("its log: " + server.log());
    }

    private void printNext(Page page) {
      page.line("start it with: pg_ctl -D '" + result.directory() + "' start");
    }
  }
}
