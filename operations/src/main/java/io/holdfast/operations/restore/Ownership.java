package io.holdfast.operations.restore;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives files the mode and, as root, the owner that the backup recorded or the user asked for.
 * Other users own what they create. Thread-safe.
 */
final class Ownership {
  private final boolean root;
  private final Optional<FileOwner> asked;
  private final Map<String, UserPrincipal> users = new ConcurrentHashMap<>();
  private final Map<String, GroupPrincipal> groups = new ConcurrentHashMap<>();

  private Ownership(boolean root, Optional<FileOwner> asked) {
    this.root = root;
    this.asked = asked;
  }

  /**
   * @throws HoldfastException (refused) if a user or group is not known here, (usage) if an owner
   *     is asked for by somebody who may not give files away
   */
  static Ownership of(boolean root, Optional<FileOwner> asked, Set<FileOwner> recorded) {
    Ownership ownership = new Ownership(root, asked);
    if (!root) {
      if (asked.isPresent() && !asked.get().user().equals(System.getProperty("user.name"))) {
        throw new HoldfastException(
            ExitStatus.USAGE,
            "could not give the files to " + asked.get().user() + ": only root may",
            "Run as root, or as " + asked.get().user() + " without --owner.");
      }
      return ownership;
    }
    for (FileOwner owner : asked.map(Set::of).orElse(recorded)) {
      ownership.user(owner.user());
      if (!owner.group().isEmpty()) {
        ownership.group(owner.group());
      }
    }
    return ownership;
  }

  static boolean runsAsRoot() {
    try {
      return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    } catch (IOException | UnsupportedOperationException e) {
      return System.getProperty("user.name", "").equals("root");
    }
  }

  /** Whom a file of that recorded owner will belong to; empty if to whoever runs this. */
  Optional<FileOwner> ownerFor(String user, String group) {
    return root ? Optional.of(asked.orElseGet(() -> new FileOwner(user, group))) : Optional.empty();
  }

  void apply(Path path, int mode, String user, String group, boolean modeIsSet) throws IOException {
    if (!modeIsSet) {
      Files.setPosixFilePermissions(path, permissions(mode));
    }
    give(path, user, group);
  }

  /** Does not follow links. */
  void give(Path path, String user, String group) throws IOException {
    Optional<FileOwner> owner = ownerFor(user, group);
    if (owner.isPresent()) {
      PosixFileAttributeView view =
          Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      view.setOwner(user(owner.get().user()));
      if (!owner.get().group().isEmpty()) {
        view.setGroup(group(owner.get().group()));
      }
    }
  }

  static Set<PosixFilePermission> permissions(int mode) {
    PosixFilePermission[] bits = {
      PosixFilePermission.OTHERS_EXECUTE,
      PosixFilePermission.OTHERS_WRITE,
      PosixFilePermission.OTHERS_READ,
      PosixFilePermission.GROUP_EXECUTE,
      PosixFilePermission.GROUP_WRITE,
      PosixFilePermission.GROUP_READ,
      PosixFilePermission.OWNER_EXECUTE,
      PosixFilePermission.OWNER_WRITE,
      PosixFilePermission.OWNER_READ
    };
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < bits.length; i++) {
      if ((mode & (1 << i)) != 0) {
        permissions.add(bits[i]);
      }
    }
    return permissions;
  }

  private UserPrincipal user(String name) {
    return users.computeIfAbsent(
        name,
        n -> {
          try {
            return lookup().lookupPrincipalByName(n);
          } catch (IOException e) {
            throw unknown("user", n, e);
          }
        });
  }

  private GroupPrincipal group(String name) {
    return groups.computeIfAbsent(
        name,
        n -> {
          try {
            return lookup().lookupPrincipalByGroupName(n);
          } catch (IOException e) {
            throw unknown("group", n, e);
          }
        });
  }

  private static UserPrincipalLookupService lookup() {
    return FileSystems.getDefault().getUserPrincipalLookupService();
  }

  private static HoldfastException unknown(String kind, String name, IOException cause) {
    return new HoldfastException(
        ExitStatus.REFUSED,
        "could not give files to the " + kind + " '" + name + "': there is none on this machine",
        "Create it, or say with --owner USER[:GROUP] who is to own the files.",
        cause);
  }
}
