package io.holdfast.postgres.programs;

import io.holdfast.postgres.PostgresException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who owns a data directory. Only the owner may run its server, and PostgreSQL refuses root; so if
 * we are root, the server is started as the owner.
 */
record DirectoryOwner(String name, int uid, int gid) {
  static DirectoryOwner of(Path directory) {
    try {
      return new DirectoryOwner(
          Files.getOwner(directory).getName(),
          (Integer) Files.getAttribute(directory, "unix:uid"),
          (Integer) Files.getAttribute(directory, "unix:gid"));
    } catch (IOException e) {
      throw new PostgresException("could not see who owns " + directory, null, e);
    }
  }

  /** Creates a file for the owner, or hands them the one that is there. */
  void give(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file);
      Files.setAttribute(file, "unix:mode", 0600);
    }
    if (weAreRoot()) {
      Files.setAttribute(file, "unix:uid", uid);
      Files.setAttribute(file, "unix:gid", gid);
    }
  }

  /** The command as the owner runs it, if we are root; else as it is. */
  List<String> command(List<String> program) {
    if (!weAreRoot()) {
      return program;
    }
    if (uid == 0) {
      throw new PostgresException(
          "could not start the server: its data directory belongs to root",
          "chown -R it to the user who is to run the server, for example postgres.",
          null);
    }
    List<String> command = new ArrayList<>();
    Optional<Path> setpriv = onPath("setpriv");
    Optional<Path> runuser = onPath("runuser");
    boolean named = !name.equals(Integer.toString(uid));
    if (setpriv.isPresent()) {
      command.addAll(List.of(setpriv.get().toString(), "--reuid=" + uid, "--regid=" + gid));
      // The owner's other groups may be needed to read keys.
      command.add(named ? "--init-groups" : "--clear-groups");
    } else if (runuser.isPresent() && named) {
      command.addAll(List.of(runuser.get().toString(), "-u", name));
    } else {
      throw new PostgresException(
          "could not start the server as " + name + ": neither setpriv nor runuser found",
          "Install util-linux, or run this as " + name + ".",
          null);
    }
    command.add("--");
    command.addAll(program);
    return command;
  }

  private static boolean weAreRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  static Optional<Path> onPath(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String directory : (path + ":/usr/bin:/usr/sbin:/bin:/sbin").split(":", -1)) {
      Path file = Path.of(directory, program);
      if (directory.startsWith("/") && Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }
}
