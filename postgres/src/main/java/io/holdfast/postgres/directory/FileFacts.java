package io.holdfast.postgres.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** What one call of stat says. */
record FileFacts(Type type, int mode, String owner, String group, long size, FileTime modified) {
  enum Type {
    FILE,
    DIRECTORY,
    LINK,
    SPECIAL
  }

  private static final int TYPE_MASK = 0xF000;

  /** Reads facts, remembering the names of owners: asking for them costs more than the stat. */
  static final class Reader {
    private static final LinkOption[] FOLLOW = {};
    private static final LinkOption[] NO_FOLLOW = {LinkOption.NOFOLLOW_LINKS};

    private final Map<Integer, String> owners = new HashMap<>();
    private final Map<Integer, String> groups = new HashMap<>();

    FileFacts read(Path file) throws IOException {
      return read(file, NO_FOLLOW);
    }

    FileFacts readTarget(Path file) throws IOException {
      return read(file, FOLLOW);
    }

    private FileFacts read(Path file, LinkOption[] options) throws IOException {
      Map<String, Object> facts =
          Files.readAttributes(file, "unix:mode,uid,gid,size,lastModifiedTime", options);
      int mode = (Integer) known(facts, "mode");
      int uid = (Integer) known(facts, "uid");
      int gid = (Integer) known(facts, "gid");
      if (!owners.containsKey(uid) || !groups.containsKey(gid)) {
        learn(file, options);
      }
      return new FileFacts(
          type(mode),
          mode & 07777,
          owners.getOrDefault(uid, Integer.toUnsignedString(uid)),
          groups.getOrDefault(gid, Integer.toUnsignedString(gid)),
          (Long) known(facts, "size"),
          (FileTime) known(facts, "lastModifiedTime"));
    }

    private void learn(Path file, LinkOption[] options) throws IOException {
      Map<String, Object> facts = Files.readAttributes(file, "unix:uid,gid,owner,group", options);
      owners.put((Integer) known(facts, "uid"), known(facts, "owner").toString());
      groups.put((Integer) known(facts, "gid"), known(facts, "group").toString());
    }

    private static Object known(Map<String, Object> facts, String name) {
      return Objects.requireNonNull(facts.get(name), name);
    }
  }

  /** Which file it is, whatever its name; links followed. */
  static Object identity(Path file) throws IOException {
    return Objects.requireNonNull(
        Files.readAttributes(file, BasicFileAttributes.class).fileKey(), "no file keys here");
  }

  private static Type type(int mode) {
    return switch (mode & TYPE_MASK) {
      case 0x8000 -> Type.FILE;
      case 0x4000 -> Type.DIRECTORY;
      case 0xA000 -> Type.LINK;
      default -> Type.SPECIAL;
    };
  }
}
