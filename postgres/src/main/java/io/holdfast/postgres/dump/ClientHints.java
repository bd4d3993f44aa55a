package io.holdfast.postgres.dump;

import java.util.List;
import java.util.Optional;

/** The next step, by what a program said. */
final class ClientHints {
  private ClientHints() {}

  static Optional<String> of(List<String> said) {
    String words = String.join("\n", said);
    if (words.contains("canceling statement due to lock timeout")
        || words.contains("could not obtain lock")) {
      return Optional.of(
          "Somebody holds a lock that keeps others from reading: look in pg_locks, or try when"
              + " nobody alters tables.");
    }
    if (words.contains("permission denied for large object")) {
      return Optional.of(
          "Large objects are readable by their owners and by superusers: take the backup as one, or"
              + " GRANT SELECT ON LARGE OBJECT to the role.");
    }
    if (words.contains("permission denied")) {
      return Optional.of("GRANT pg_read_all_data TO the role that backs up, or what it names.");
    }
    if (words.contains("row-level security policy") || words.contains("row_security")) {
      return Optional.of(
          "A policy would hide rows from this role: give it BYPASSRLS, or own the table.");
    }
    if (words.contains("invalid snapshot identifier")) {
      return Optional.of(
          "The program reached another server, or came through a pooler: connect directly, and to"
              + " one host.");
    }
    if (words.contains("invalid memory alloc request size")
        || words.contains("annot enlarge string buffer")
        || words.contains("string buffer exceeds maximum")) {
      return Optional.of(
          "A row is larger as text than the 1 GB that PostgreSQL can write: no pg_dump can dump it."
              + " Take physical backups, or leave this database out with --exclude.");
    }
    if (words.contains("server version mismatch")) {
      return Optional.of("Install client programs of the server's version, or name bin-directory.");
    }
    return Optional.empty();
  }
}
