package io.holdfast.operations.backup;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.physical.PhysicalDetails.ConfigFile;
import io.holdfast.postgres.ClusterFiles;
import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.RawPath;
import io.holdfast.postgres.ServerSession;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Configuration files that lie outside the data directory, as Debian has them in /etc/postgresql:
 * the three main ones, and conf.d beside the first. Nothing else of a backup would bring them back.
 * One that cannot be read is worth a warning, not a failed backup.
 */
final class OutsideConfig {
  private record Found(ConfigFile file, Entry entry) {}

  private final List<Found> found = new ArrayList<>();
  private final Path dataDirectory;
  private final Progress progress;

  private OutsideConfig(Path dataDirectory, Progress progress) {
    this.dataDirectory = dataDirectory;
    this.progress = progress;
  }

  /**
   * @param notes told of what the backup is without because it is made through the server
   */
  static OutsideConfig find(
      ServerSession session, ClusterFiles files, Progress progress, Consumer<String> notes) {
    String told = session.setting("data_directory").orElse("/");
    OutsideConfig outside =
        new OutsideConfig(files.directory().orElseGet(() -> ServerPath.of(told)), progress);
    if (files.directory().isEmpty()) {
      outside.noteOutOfReach(session, notes);
      return outside;
    }
    for (String setting : List.of("config_file", "hba_file", "ident_file")) {
      session
          .setting(setting)
          .filter(location -> !location.isEmpty())
          .ifPresent(location -> outside.look(setting, ServerPath.of(location)));
    }
    outside.found.sort(Comparator.comparing(f -> f.entry().path()));
    return outside;
  }

  /** The server shows files below its data directory only. */
  private void noteOutOfReach(ServerSession session, Consumer<String> notes) {
    for (String setting : List.of("config_file", "hba_file", "ident_file")) {
      session
          .setting(setting)
          .filter(location -> !location.isEmpty())
          .map(ServerPath::of)
          .filter(location -> !location.startsWith(dataDirectory))
          .ifPresent(location ->
              notes.accept(
                  location
                      + " lies outside the data directory, where the server shows nothing: the"
                      + " backup is without it"));
    }
  }

  private void look(String setting, Path location) {
    if (isInside(location)) {
      return;
    }
    add(setting, location, "");
    Path beside = location.resolveSibling("conf.d");
    if (setting.equals("config_file") && Files.isDirectory(beside)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(beside, "*.conf")) {
        files.forEach(file -> add("include", file, "conf.d/"));
      } catch (IOException e) {
        progress.warn("could not list " + beside + " for the backup: " + e.getMessage());
      }
    }
  }

  private boolean isInside(Path location) {
    try {
      return location.toRealPath().startsWith(dataDirectory.toRealPath());
    } catch (IOException e) {
      return location.startsWith(dataDirectory);
    }
  }

  private void add(String setting, Path location, String below) {
    String storedAs = PhysicalDetails.CONFIG_PREFIX + below + RawPath.name(location);
    boolean taken = found.stream().anyMatch(f -> f.entry().path().equals(storedAs));
    if (!Files.isRegularFile(location) || !Files.isReadable(location) || taken) {
      progress.warn(
          "could not read the configuration file " + location + "; the backup is without it");
      return;
    }
    try {
      PosixFileAttributes a = Files.readAttributes(location, PosixFileAttributes.class);
      Entry entry =
          new Entry(
              storedAs,
              RawPath.text(location),
              Entry.Kind.FILE,
              (int) Files.getAttribute(location, "unix:mode") & 07777,
              a.owner().getName(),
              a.group().getName(),
              a.lastModifiedTime(),
              a.size(),
              "",
              Optional.empty());
      found.add(new Found(new ConfigFile(setting, location.toString(), storedAs), entry));
    } catch (IOException e) {
      progress.warn("could not read the configuration file " + location + ": " + e.getMessage());
    }
  }

  List<ConfigFile> files() {
    return found.stream().map(Found::file).toList();
  }

  /** The walk with these files among its entries, at their place in the order of paths. */
  Consumer<Consumer<Entry>> joinedWith(Consumer<Consumer<Entry>> walk) {
    List<Entry> entries = found.stream().map(Found::entry).toList();
    return consumer -> {
      int[] next = {0};
      walk.accept(entry -> {
        while (next[0] < entries.size()
            && entries.get(next[0]).path().compareTo(entry.path()) < 0) {
          consumer.accept(entries.get(next[0]++));
        }
        consumer.accept(entry);
      });
      entries.subList(next[0], entries.size()).forEach(consumer);
    };
  }
}
