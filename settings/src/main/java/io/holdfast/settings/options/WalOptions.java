package io.holdfast.settings.options;

import io.holdfast.settings.WalSettings;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import io.holdfast.vocabulary.ClusterName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** {@code clusters.<name>.wal}. */
final class WalOptions {
  private static final Option<Boolean> RECEIVE =
      Option.withDefault(
          "receive",
          Types.flag(),
          "true",
          "Whether 'holdfast serve' receives it. false where only dumps are taken, or where something"
              + " else receives: 'holdfast wal receive' as a service of its own, or archive_command.");

  private static final Option<String> SLOT =
      Option.withDefault(
          "slot",
          Types.text(
              "the name of a replication slot: 1 to 63 of a-z, 0-9 and '_'",
              Pattern.compile("[a-z0-9_]{1,63}"),
              text -> text),
          "holdfast",
          "Replication slot through which WAL is received; made when missing. It keeps the server"
              + " from removing WAL that is not safe yet.");

  private static final Option<Duration> SHIP_INTERVAL =
      Option.withDefault(
          "ship-interval",
          Types.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
          "5s",
          "How often the unfinished WAL segment goes to the repository: what a loss of this machine"
              + " and the server at once can cost.");

  private static final Option<Path> SPOOL_DIRECTORY =
      Option.optional(
          "spool-directory",
          Types.path(),
          "a directory for each repository below `/var/lib/holdfast/spool/<name>` if this user may write"
              + " to `/var/lib/holdfast`, else below `~/.local/state/holdfast/spool/<name>`",
          "/var/lib/holdfast/spool/main",
          "Directory for the WAL segment under way. Needs room for a few segments. Belongs to one cluster of"
              + " one repository: another one is refused there.");

  /** The name of the cluster is part of the default paths. */
  static final Section<Function<ClusterName, WalSettings>> SECTION =
      Section.of(
          "How WAL of this cluster is received.",
          List.of(RECEIVE, SLOT, SHIP_INTERVAL, SPOOL_DIRECTORY),
          values ->
              name ->
                  new WalSettings(
                      values.get(RECEIVE),
                      values.get(SLOT),
                      values.get(SHIP_INTERVAL),
                      values.find(SPOOL_DIRECTORY).orElseGet(() -> defaultSpool(name)),
                      values.find(SPOOL_DIRECTORY).isPresent()));

  private static final Path VAR_LIB = Path.of("/var/lib");

  private WalOptions() {}

  /**
   * Depends on the user and on nothing else: a service, a shell and the server's archive_command
   * must arrive at the same place, so variables such as XDG_STATE_HOME are not asked.
   */
  private static Path defaultSpool(ClusterName name) {
    Path system = VAR_LIB.resolve("holdfast");
    Path base =
        Files.isWritable(system) || (Files.notExists(system) && Files.isWritable(VAR_LIB))
            ? system
            : Path.of(System.getProperty("user.home", "/"), ".local/state/holdfast");
    return base.resolve("spool").resolve(name.text());
  }
}
