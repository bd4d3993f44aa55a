package io.holdfast.operations.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * What the file system says of a file.
 *
 * @param mode permission bits
 * @param changed when its content or its attributes last changed (ctime): nobody can set it
 */
record FileState(
    Type type,
    int mode,
    String owner,
    String group,
    long size,
    Instant modified,
    Instant changed,
    long inode) {
  private static final String WANTED =
      "unix:mode,owner,group,size,lastModifiedTime,ctime,ino,isRegularFile,isDirectory,isSymbolicLink";
  private static final int PERMISSIONS = 0777;

  enum Type {
    FILE,
    DIRECTORY,
    LINK,
    SPECIAL
  }

  /** Of the file itself, also if it is a link. */
  static FileState of(Path file) throws IOException {
    return of(Files.readAttributes(file, WANTED, LinkOption.NOFOLLOW_LINKS));
  }

  /** Of what it leads to, if it is a link. */
  static FileState following(Path file) throws IOException {
    return of(Files.readAttributes(file, WANTED));
  }

  private static FileState of(Map<String, Object> found) {
    return new FileState(
        type(found),
        number(found, "mode").intValue() & PERMISSIONS,
        ((UserPrincipal) attribute(found, "owner")).getName(),
        ((GroupPrincipal) attribute(found, "group")).getName(),
        number(found, "size").longValue(),
        ((FileTime) attribute(found, "lastModifiedTime")).toInstant(),
        ((FileTime) attribute(found, "ctime")).toInstant(),
        number(found, "ino").longValue());
  }

  private static Type type(Map<String, Object> found) {
    if (attribute(found, "isRegularFile").equals(true)) {
      return Type.FILE;
    }
    if (attribute(found, "isDirectory").equals(true)) {
      return Type.DIRECTORY;
    }
    return attribute(found, "isSymbolicLink").equals(true) ? Type.LINK : Type.SPECIAL;
  }

  private static Number number(Map<String, Object> found, String name) {
    return (Number) attribute(found, name);
  }

  private static Object attribute(Map<String, Object> found, String name) {
    return Objects.requireNonNull(found.get(name), name);
  }

  /** Whether nothing was written to it between the two looks, as far as the file system knows. */
  boolean hasContentOf(FileState earlier) {
    return type == earlier.type
        && size == earlier.size
        && modified.equals(earlier.modified)
        && changed.equals(earlier.changed)
        && inode == earlier.inode;
  }
}
