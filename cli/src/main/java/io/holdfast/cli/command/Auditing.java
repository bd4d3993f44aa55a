package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.AuditSites;
import io.holdfast.cli.wiring.Build;
import io.holdfast.cli.wiring.HostName;
import io.holdfast.cli.wiring.Installation;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.audit.Act;
import io.holdfast.operations.audit.AuditLog;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParseResult;

/**
 * Records what a command did in the repository that it opened, with the keys that opened it. A
 * command that opened none did nothing to it.
 */
public final class Auditing {
  private static final String CLUSTER = "CLUSTER";

  private final Console console;
  private final Rooms rooms;
  private final Supplier<String> run;

  /**
   * @param run id of the scheduled run that this is; "" for none
   */
  public Auditing(Console console, Rooms rooms, Supplier<String> run) {
    this.console = console;
    this.rooms = rooms;
    this.run = run;
  }

  /**
   * Carries the command out.
   *
   * @param words as they were typed
   * @return its exit status
   */
  public int around(ParseResult parsed, List<String> words, IntSupplier work) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    boolean asked = !last.isUsageHelpRequested();
    return asked
            && last.commandSpec().userObject() instanceof HoldfastCommand command
            && command.deed() != Deed.NONE
        ? recorded(command, begun(last, words), typed(last, "ID"), work)
        : work.getAsInt();
  }

  private int recorded(HoldfastCommand command, Act act, List<String> ids, IntSupplier work) {
    boolean intent = command.deed() == Deed.DESTROYS;
    rooms.keepFirst(opened -> {
      if (intent) {
        intend(opened, act);
      }
    });
    int status = ExitStatus.BUG.code();
    try {
      status = work.getAsInt();
      return status;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof HoldfastException told) {
        status = told.status().code();
      }
      throw e;
    } finally {
      List<String> concerned = command.concerned().isEmpty() ? ids : command.concerned();
      boolean wanted = intent || command.deed() != Deed.NONE;
      end(wanted ? Optional.of(act.ended(now(), status, concerned)) : Optional.empty());
    }
  }

  private Act begun(ParseResult parsed, List<String> words) {
    return new Act(
        AuditLog.newId(),
        now(),
        Optional.empty(),
        user(),
        HostName.ofThisMachine(),
        name(parsed),
        AuditedLine.of(words),
        cluster(parsed),
        List.of(),
        -1,
        "holdfast " + Build.version(),
        run.get());
  }

  private Instant now() {
    return console.clock().instant();
  }

  private static String user() {
    String user = System.getProperty("user.name", "?");
    String behind = System.getenv("SUDO_USER");
    return behind == null || behind.isEmpty() ? user : user + " (for " + behind + ")";
  }

  private static String name(ParseResult parsed) {
    String qualified = parsed.commandSpec().qualifiedName();
    return qualified.substring(qualified.indexOf(' ') + 1);
  }

  /** The one that was named, or the only one of a command that is about one. */
  private Optional<String> cluster(ParseResult parsed) {
    boolean about =
        parsed.commandSpec().args().stream().anyMatch(each -> each.paramLabel().equals(CLUSTER));
    return typed(parsed, CLUSTER).stream()
        .findFirst()
        .or(() -> about ? onlyCluster() : Optional.empty());
  }

  private Optional<String> onlyCluster() {
    try {
      Set<ClusterName> all = rooms.settings().clusters().keySet();
      return all.size() == 1 ? all.stream().findFirst().map(ClusterName::text) : Optional.empty();
    } catch (HoldfastException e) {
      // That is the command's to say.
      return Optional.empty();
    }
  }

  /** What was given for arguments that the help calls so. */
  private static List<String> typed(ParseResult parsed, String label) {
    List<String> values = new ArrayList<>();
    for (ArgSpec each : parsed.commandSpec().args()) {
      if (each.paramLabel().equals(label)) {
        Object value = each.getValue();
        if (value instanceof Collection<?> many) {
          many.forEach(one -> values.add(String.valueOf(one)));
        } else if (value != null && !value.toString().isEmpty()) {
          values.add(value.toString());
        }
      }
    }
    return values;
  }

  private void intend(OpenRepository opened, Act act) {
    List<HoldfastException> failures = AuditSites.add(rooms, opened, act, console::warn);
    if (failures.size() == opened.settings().sites().size()) {
      HoldfastException first = failures.getFirst();
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not begin '"
              + act.command()
              + "': expected to record the intent in the audit log, found "
              + first.getMessage(),
          "What is not recorded is not removed. "
              + first
                  .hint()
                  .orElse(
                      "See whether the site can be written to: "
                          + Installation.started()
                          + " doctor"),
          first);
    }
  }

  /** Work that was done stays done, whatever becomes of its record. */
  private void end(Optional<Act> act) {
    // What a signal interrupted is recorded all the same.
    boolean interrupted = Thread.interrupted();
    try {
      rooms
          .kept()
          .ifPresent(opened -> {
            try (opened) {
              act.ifPresent(each -> record(opened, each));
            }
          });
    } catch (HoldfastException e) {
      console.warn(String.valueOf(e.getMessage()));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void record(OpenRepository opened, Act act) {
    List<HoldfastException> failures = AuditSites.add(rooms, opened, act, console::warn);
    if (failures.size() == opened.settings().sites().size()) {
      console.warn(
          "THIS IS NOT IN THE AUDIT LOG, for it could be written to no site: "
              + act.line()
              + ", exit status "
              + act.status()
              + ", by "
              + act.user()
              + " at "
              + act.began());
    }
  }
}
