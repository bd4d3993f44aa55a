package io.holdfast.settings;

import io.holdfast.settings.binding.YamlFile;
import io.holdfast.settings.options.HoldfastYaml;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds and reads {@code holdfast.yaml}. */
public final class SettingsFile {
  public static final String NAME = "holdfast.yaml";
  public static final String ENVIRONMENT = "HOLDFAST_CONFIG";

  /** No honest configuration is larger; a wrong file (a disk image) would fill the memory. */
  private static final long LARGEST = 1 << 20;

  private SettingsFile() {}

  /**
   * @throws SettingsException with every fault, if the content is wrong
   * @throws HoldfastException (usage) if the file cannot be read, or others may write to it: it
   *     names commands that are run
   */
  public static Settings load(Path file) {
    return load(file, RunCheck.NONE);
  }

  /**
   * As above, for whoever runs schedules: a command that could not be typed is a fault of the file
   * too.
   */
  public static Settings load(Path file, RunCheck commands) {
    Path absolute = file.toAbsolutePath();
    byte[] content;
    try {
      refuseIfOthersMayWrite(absolute);
      if (Files.size(absolute) > LARGEST) {
        throw new HoldfastException(
            ExitStatus.USAGE,
            "could not read " + absolute + ": expected at most 1 MB, found more",
            "This is no configuration of Holdfast. Name another file with --config.");
      }
      content = Files.readAllBytes(absolute);
    } catch (IOException e) {
      throw unreadable(absolute, e);
    }
    return new YamlFile(absolute, commands).read(content, HoldfastYaml.ROOT).apply(absolute);
  }

  /**
   * The file to use: {@code explicit}, $HOLDFAST_CONFIG, ./holdfast.yaml,
   * ~/.config/holdfast/holdfast.yaml, /etc/holdfast/holdfast.yaml, the first that is given or
   * exists. What was given is returned even if it does not exist, so that {@link #load} says so.
   *
   * <p>A file that lies in the working directory by chance must not choose the commands that we
   * run: there it has to be the user's own, or root's.
   *
   * @throws HoldfastException (usage) saying where it looked, if there is none
   */
  public static Path find(Optional<Path> explicit) {
    return find(explicit, System.getenv(), Path.of(""), home(), Path.of("/etc"), ownUser());
  }

  static Path find(
      Optional<Path> explicit,
      Map<String, String> environment,
      Path here,
      Path home,
      Path etc,
      int user) {
    if (explicit.isPresent()) {
      return explicit.get().toAbsolutePath();
    }
    String named = environment.getOrDefault(ENVIRONMENT, "");
    if (!named.isEmpty()) {
      return Path.of(named).toAbsolutePath();
    }
    List<Path> places = new ArrayList<>();
    places.add(here.resolve(NAME));
    refuseIfOfAnother(here.resolve(NAME).toAbsolutePath(), user);
    places.add(home.resolve(".config/holdfast").resolve(NAME));
    places.add(etc.resolve("holdfast").resolve(NAME));
    return places.stream()
        .map(Path::toAbsolutePath)
        .filter(place -> !Files.notExists(place))
        .findFirst()
        .orElseThrow(() -> nowhere(places));
  }

  private static void refuseIfOfAnother(Path file, int user) {
    Object owner;
    try {
      owner = Files.getAttribute(file, "unix:uid");
    } catch (IOException e) {
      return;
    }
    if (!owner.equals(0) && !owner.equals(user)) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not trust "
              + file
              + ", which lies in the working directory: it belongs to another user, and it names"
              + " commands to run",
          "If it is yours to trust: --config " + file);
    }
  }

  /** The user this process runs as. */
  private static int ownUser() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      return 0;
    }
  }

  private static Path home() {
    return Path.of(System.getProperty("user.home", "/"));
  }

  private static HoldfastException nowhere(List<Path> places) {
    return new HoldfastException(
        ExitStatus.USAGE,
        "could not find a configuration: looked for "
            + places.stream()
                .map(place -> place.toAbsolutePath().toString())
                .collect(Collectors.joining(", ")),
        "Write one with: holdfast init. Or name one with --config or $" + ENVIRONMENT + ".");
  }

  private static void refuseIfOthersMayWrite(Path file) throws IOException {
    if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not trust " + file + ": everybody may write to it, and it names commands to run",
          "Run: chmod o-w " + file);
    }
  }

  static HoldfastException unreadable(Path file, IOException e) {
    String hint =
        e instanceof AccessDeniedException
            ? "This runs as '" + System.getProperty("user.name") + "', who may not read it."
            : e instanceof NoSuchFileException
                ? "Write one with: holdfast init"
                : "Name another file with --config.";
    return new HoldfastException(
        ExitStatus.USAGE, "could not read the configuration " + file + ": " + reason(e), hint, e);
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    return e instanceof FileSystemException named && named.getReason() != null
        ? named.getReason()
        : String.valueOf(e.getMessage());
  }
}
