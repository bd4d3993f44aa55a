package io.holdfast.postgres.directory;

import io.holdfast.postgres.RelationFile;
import io.holdfast.postgres.RelationFile.Fork;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A directory that may hold relation files: {@code base/<db>}, {@code global}, {@code
 * pg_tblspc/<oid>/PG_<major>_<catversion>/<db>} (relpath.c). Digits in a name mean something only
 * here.
 */
record RelationDirectory(int tablespace, int database) {
  private static final int PG_DEFAULT = 1663;
  private static final int PG_GLOBAL = 1664;
  private static final long MAX_OID = 0xFFFFFFFFL;

  static Optional<RelationDirectory> parse(String path) {
    if (path.equals("global")) {
      return Optional.of(new RelationDirectory(PG_GLOBAL, 0));
    }
    String[] parts = path.split("/", -1);
    boolean inBase = parts.length == 2 && parts[0].equals("base");
    boolean inTablespace =
        parts.length == 4 && parts[0].equals("pg_tblspc") && isVersionDirectory(parts[2]);
    if (!inBase && !inTablespace) {
      return Optional.empty();
    }
    long tablespace = inBase ? PG_DEFAULT : number(parts[1], 0, parts[1].length(), MAX_OID);
    String last = parts[parts.length - 1];
    long database = number(last, 0, last.length(), MAX_OID);
    return tablespace < 1 || database < 1
        ? Optional.empty()
        : Optional.of(new RelationDirectory((int) tablespace, (int) database));
  }

  boolean isDatabase() {
    return database != 0;
  }

  /** Reads {@code <relation>[_fsm|_vm|_init][.<segment>]}. */
  Optional<RelationFile> file(String name) {
    int digits = digitsEnd(name, 0);
    long relation = number(name, 0, digits, MAX_OID);
    int suffix = forkEnd(name, digits);
    Fork fork = suffix < 0 ? null : fork(name, digits, suffix);
    if (relation < 1 || fork == null) {
      return Optional.empty();
    }
    if (suffix == name.length()) {
      return Optional.of(new RelationFile(tablespace, database, relation, fork, 0));
    }
    long segment =
        name.charAt(suffix) == '.'
            ? number(name, suffix + 1, name.length(), Integer.MAX_VALUE)
            : -1;
    return segment < 1
        ? Optional.empty()
        : Optional.of(new RelationFile(tablespace, database, relation, fork, (int) segment));
  }

  /** {@code t<backend>_<relation>[_fork][.<segment>]}: seen by one session only. */
  boolean isTemporary(String name) {
    if (!isDatabase() || !name.startsWith("t")) {
      return false;
    }
    int backend = digitsEnd(name, 1);
    return backend > 1
        && backend < name.length()
        && name.charAt(backend) == '_'
        && file(name.substring(backend + 1)).isPresent();
  }

  private static int forkEnd(String name, int digits) {
    int dot = name.indexOf('.', digits);
    return dot < 0 ? name.length() : dot;
  }

  private static @Nullable Fork fork(String name, int from, int to) {
    return switch (name.substring(from, to)) {
      case "" -> Fork.MAIN;
      case "_fsm" -> Fork.FSM;
      case "_vm" -> Fork.VM;
      case "_init" -> Fork.INIT;
      default -> null;
    };
  }

  private static boolean isVersionDirectory(String name) {
    if (!name.startsWith("PG_")) {
      return false;
    }
    int major = digitsEnd(name, 3);
    return major > 3
        && major < name.length() - 1
        && name.charAt(major) == '_'
        && digitsEnd(name, major + 1) == name.length();
  }

  private static int digitsEnd(String text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  /** A number as the server writes it, without leading zeros; -1 for anything else. */
  private static long number(String text, int from, int to, long max) {
    if (to == from || to - from > 10 || text.charAt(from) == '0' || digitsEnd(text, from) < to) {
      return -1;
    }
    long value = Long.parseLong(text, from, to, 10);
    return value > max ? -1 : value;
  }
}
