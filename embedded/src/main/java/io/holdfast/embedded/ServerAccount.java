package io.holdfast.embedded;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The user who runs the servers: we ourselves, or, when we are root, {@code postgres} if there is
 * such a user, else {@code nobody}.
 *
 * @param user empty if it is us
 */
public record ServerAccount(Optional<String> user) {
  private static final int OUR_UID = readOurUid();

  public static ServerAccount current() {
    if (!weAreRoot()) {
      return new ServerAccount(Optional.empty());
    }
    return new ServerAccount(
        Optional.of(passwdLine("postgres").isPresent() ? "postgres" : "nobody"));
  }

  /** A new directory under the temporary one, with a short path, that belongs to this account. */
  public Path newTemporaryDirectory(String prefix) {
    try {
      Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
      // A socket's path has to fit into 107 bytes.
      Path parent = temporary.toString().length() > 60 ? Path.of("/tmp") : temporary;
      Path made = Files.createTempDirectory(parent, prefix);
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
      own(made);
      return made;
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.SOURCE_FAILED, "could not create a temporary directory", null, e);
    }
  }

  /** Hands a file or directory, not what is in it, to this account. */
  public void own(Path path) {
    if (user.isEmpty()) {
      return;
    }
    try {
      UserPrincipalLookupService names = FileSystems.getDefault().getUserPrincipalLookupService();
      PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
      view.setOwner(names.lookupPrincipalByName(user.get()));
      Files.setAttribute(path, "unix:gid", Integer.parseInt(group()));
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.SOURCE_FAILED, "could not hand " + path + " to " + user.get(), null, e);
    }
  }

  /** The command as this account runs it. */
  public List<String> command(List<String> program) {
    if (user.isEmpty()) {
      return program;
    }
    List<String> command = new ArrayList<>();
    Optional<Path> setpriv = onPath("setpriv");
    if (setpriv.isPresent()) {
      command.add(setpriv.get().toString());
      command.addAll(List.of("--reuid=" + user.get(), "--regid=" + group(), "--clear-groups"));
    } else {
      Path runuser =
          onPath("runuser")
              .orElseThrow(() ->
                  new HoldfastException(
                      ExitStatus.SOURCE_FAILED,
                      "could not start PostgreSQL as "
                          + user.get()
                          + ": neither setpriv nor runuser found, and it refuses to run as root",
                      "Install util-linux, or run this as a user that is not root."));
      command.addAll(List.of(runuser.toString(), "-u", user.get()));
    }
    command.add("--");
    command.addAll(program);
    return command;
  }

  private String group() {
    return passwdLine(user.orElseThrow()).orElseThrow().split(":", -1)[3];
  }

  static Optional<Path> onPath(String program) {
    String path =
        Optional.ofNullable(System.getenv("PATH")).orElse("") + ":/usr/bin:/usr/sbin:/bin:/sbin";
    for (String directory : path.split(":", -1)) {
      Path file = Path.of(directory, program);
      if (directory.startsWith("/") && Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  static boolean weAreRoot() {
    return OUR_UID == 0;
  }

  static Integer ourUid() {
    return OUR_UID;
  }

  private static Optional<String> passwdLine(String user) {
    try {
      return Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1).stream()
          .filter(line -> line.startsWith(user + ":"))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static int readOurUid() {
    try {
      Path probe = Files.createTempFile("holdfast", "");
      try {
        return (Integer) Files.getAttribute(probe, "unix:uid");
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.SOURCE_FAILED, "could not create a file in the temporary directory", null, e);
    }
  }
}
