package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.Announcements;
import io.holdfast.cli.wiring.HostName;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.notifications.Channel;
import io.holdfast.notifications.Message;
import io.holdfast.notifications.Ping;
import io.holdfast.notifications.PingTarget;
import io.holdfast.notifications.Receipt;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "test",
    description = {
      "Send a test through each channel, or one, and say what its receiver answered.",
      "Ends with 1 if any of them did not take it."
    })
final class NotifyTestCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Parameters(
      arity = "0..1",
      paramLabel = "CHANNEL",
      description = "The name of one channel (default: all of them).")
  private @Nullable String channel;

  NotifyTestCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  /** One way, and how it is tried. */
  private record Trial(String name, String kind, Supplier<Receipt> send) {}

  /**
   * What came of one.
   *
   * @param answer what the receiver said; null if it did not take it
   * @param trouble what it did not do all the same; null if nothing
   * @param problem why it did not arrive; null if it did
   * @param hint the next step then
   */
  record Tried(
      String channel,
      String kind,
      boolean delivered,
      @Nullable String answer,
      @Nullable String trouble,
      @Nullable String problem,
      @Nullable String hint) {}

  @Override
  ExitStatus run() {
    Settings settings = rooms.settings();
    try (Announcements announcements = new Announcements(settings, console.clock())) {
      List<Trial> trials = chosen(trials(announcements), settings);
      List<Tried> tried = Together.ask(trials, NotifyTestCommand::attempt);
      console.answer(new Result(tried));
      return tried.stream().allMatch(each -> each.delivered() && each.trouble() == null)
          ? ExitStatus.DONE
          : ExitStatus.NO;
    }
  }

  private List<Trial> trials(Announcements announcements) {
    List<Trial> trials = new ArrayList<>();
    announcements
        .routes()
        .forEach(route -> {
          Channel each = route.channel();
          Message message =
              Message.test(
                  HostName.ofThisMachine(),
                  "test-" + UUID.randomUUID(),
                  each.name(),
                  console.clock().instant());
          trials.add(new Trial(each.name(), each.kind(), () -> each.send(message)));
        });
    announcements
        .pingRoutes()
        .forEach(route -> {
          PingTarget target = route.target();
          String cluster = route.clusters().stream().sorted().findFirst().orElse("");
          String schedule = route.schedules().stream().sorted().findFirst().orElse("");
          Ping ping = Ping.test(cluster, schedule, UUID.randomUUID());
          trials.add(new Trial(target.name(), "healthchecks", () -> target.send(ping)));
        });
    return trials;
  }

  private List<Trial> chosen(List<Trial> all, Settings settings) {
    if (all.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          settings.file() + " declares no channels: nobody is told when something is wrong",
          "Declare one below 'notifications: channels:'; docs/notifications.md shows how.");
    }
    if (channel == null) {
      return all;
    }
    List<Trial> chosen = all.stream().filter(each -> each.name().equals(channel)).toList();
    if (chosen.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "there is no channel '" + channel + "' in " + settings.file(),
          "It declares: " + String.join(", ", all.stream().map(Trial::name).toList()) + ".");
    }
    return chosen;
  }

  private static Tried attempt(Trial trial) {
    try {
      Receipt receipt = trial.send().get();
      String trouble = receipt.trouble().isEmpty() ? null : receipt.trouble();
      return new Tried(trial.name(), trial.kind(), true, receipt.answer(), trouble, null, null);
    } catch (HoldfastException e) {
      return new Tried(
          trial.name(), trial.kind(), false, null, null, e.getMessage(), e.hint().orElse(null));
    }
  }

  record Result(List<Tried> channels) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      for (Tried each : channels) {
        page.line(
            (each.delivered() ? "ok      " : "FAILED  ")
                + each.channel()
                + " ("
                + each.kind()
                + ")");
        line(page, "", each.answer());
        line(page, "warning: ", each.trouble());
        line(page, "", each.problem());
        line(page, "HINT: ", each.hint());
      }
    }

    private static void line(Page page, String label, @Nullable String text) {
      if (text != null) {
        page.line("        " + label + text);
      }
    }
  }
}
