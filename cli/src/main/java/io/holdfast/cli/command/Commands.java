package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.Rooms;
import java.util.List;

/** Every command there is, in the order in which a newcomer needs them. */
public final class Commands {
  private Commands() {}

  public static List<CommandGroup> all(Console console, Rooms rooms, Nested nested) {
    return List.of(
        new CommandGroup(
            "Set up",
            List.of(
                new DemoCommand(console),
                new InitCommand(console, rooms),
                new DoctorCommand(console, rooms),
                new KeyCommand(console, rooms))),
        new CommandGroup(
            "Back up",
            List.of(
                new BackupCommand(console, rooms),
                new BackupsCommand(console, rooms),
                new PruneCommand(console, rooms),
                new WalCommand(console, rooms),
                new SyncCommand(console, rooms))),
        new CommandGroup(
            "Restore and verify",
            List.of(
                new StatusCommand(console, rooms),
                new RestoreCommand(console, rooms),
                new DumpCommand(console, rooms),
                new FilesCommand(console, rooms),
                new VerifyCommand(console, rooms),
                new ProveCommand(console, rooms),
                new ProofCommand(console, rooms),
                new CheckCommand(console, rooms),
                new MetricsCommand(console, rooms),
                new RunbookCommand(console, rooms),
                new AuditCommand(console, rooms),
                new NotifyCommand(console, rooms))),
        new CommandGroup(
            "Run by itself",
            List.of(
                new ServeCommand(console, rooms, nested),
                new ScheduleCommand(console, rooms, nested))),
        new CommandGroup(
            "This program", List.of(new CompletionCommand(console), new VersionCommand(console))));
  }
}
