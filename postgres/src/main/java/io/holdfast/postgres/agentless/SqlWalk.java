package io.holdfast.postgres.agentless;

import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.RelationFile;
import io.holdfast.postgres.SupportedVersion;
import io.holdfast.postgres.agentless.FileQueries.Stat;
import io.holdfast.postgres.directory.Exclusions;
import io.holdfast.postgres.directory.MissingTablespace;
import io.holdfast.postgres.directory.NameList;
import io.holdfast.postgres.directory.Selection;
import io.holdfast.postgres.directory.Selection.Chosen;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * One walk of a data directory through its server, one directory at a time. The server follows
 * links without saying so.
 */
final class SqlWalk {
  /** Files that one question looks at. */
  private static final int LOOKS = 1000;

  /** Deeper than anything PostgreSQL makes: a link leads back. */
  private static final int DEEPEST = 32;

  /** The server does not say who owns its files; packages let this user. */
  private static final String OWNER = "postgres";

  private static final Pattern SOCKET = Pattern.compile("\\.s\\.PGSQL\\.\\d+");

  private final FileQueries queries;
  private final SupportedVersion version;
  private final Consumer<Entry> consumer;
  private final Consumer<String> remarks;
  private final int directoryMode;
  private final int fileMode;

  /** Directories of tablespaces that lie among the others: walked at their link only. */
  private final Set<String> locations = new HashSet<>();

  SqlWalk(
      FileQueries queries,
      SupportedVersion version,
      Consumer<Entry> consumer,
      Consumer<String> remarks) {
    this.queries = queries;
    this.version = version;
    this.consumer = consumer;
    this.remarks = remarks;
    boolean group = queries.groupMayRead();
    this.directoryMode = group ? 0750 : 0700;
    this.fileMode = group ? 0640 : 0600;
  }

  void run() {
    findLocations();
    content("", 0);
  }

  private void findLocations() {
    String root = queries.dataDirectory();
    NameList names = queries.names("pg_tblspc");
    for (int i = 0; i < names.size() && !root.isEmpty(); i++) {
      if (Selection.isTablespace("pg_tblspc", names.get(i))) {
        queries
            .tablespaceLocation(names.get(i))
            .filter(location -> location.startsWith(root + "/"))
            .ifPresent(location -> locations.add(location.substring(root.length() + 1)));
      }
    }
  }

  private void content(String directory, int depth) {
    if (depth > DEEPEST) {
      throw new PostgresException(
          "could not walk the data directory: expected at most "
              + DEEPEST
              + " directories within each other, found '"
              + directory
              + "'",
          "Is one of these a link to a directory it lies in? Remove it.",
          null);
    }
    Selection selection = new Selection(directory, queries.names(directory));
    List<Chosen> chosen = new ArrayList<>();
    for (int i = 0; i < selection.size(); i++) {
      selection.get(i).ifPresent(chosen::add);
      if (chosen.size() == LOOKS) {
        visit(directory, chosen, depth);
        chosen.clear();
      }
    }
    if (!chosen.isEmpty()) {
      visit(directory, chosen, depth);
    }
  }

  private void visit(String directory, List<Chosen> chosen, int depth) {
    List<Optional<Stat>> stats = queries.stats(chosen.stream().map(Chosen::path).toList());
    for (int i = 0; i < chosen.size(); i++) {
      Chosen one = chosen.get(i);
      Optional<Stat> stat = stats.get(i);
      if (Selection.isTablespace(directory, one.name())) {
        tablespace(one, stat, depth);
      } else if (stat.isPresent()) { // else dropped since it was listed: WAL replay drops it again
        visit(one, stat.get(), depth);
      }
    }
  }

  private void visit(Chosen one, Stat stat, int depth) {
    if (stat.directory()) {
      directory(one.path(), stat, depth);
    } else if (SOCKET.matcher(one.name()).matches()) {
      remarks.accept("skipped '" + one.path() + "': the server's socket");
    } else {
      emit(one.path(), Entry.Kind.FILE, fileMode, stat, "", one.relation());
    }
  }

  private void directory(String path, Stat stat, int depth) {
    emit(path, Entry.Kind.DIRECTORY, directoryMode, stat, "", Optional.empty());
    if (path.equals("pg_wal")) {
      for (String name : Exclusions.keptInWal(version)) {
        emit("pg_wal/" + name, Entry.Kind.DIRECTORY, directoryMode, stat, "", Optional.empty());
      }
    } else if (!Exclusions.content(path) && !locations.contains(path)) {
      content(path, depth + 1);
    }
  }

  private void tablespace(Chosen one, Optional<Stat> stat, int depth) {
    Optional<String> location = queries.tablespaceLocation(one.name());
    if (location.isEmpty()) {
      return; // dropped meanwhile
    }
    if (stat.isEmpty()) {
      stat = queries.stat(one.path());
    }
    if (stat.isEmpty() || !stat.get().directory()) {
      if (queries.names("pg_tblspc").contains(one.name())) {
        throw MissingTablespace.failure(one.path(), location.get(), null);
      }
      return;
    }
    if (!location.get().startsWith("/")) {
      directory(one.path(), stat.get(), depth);
      return;
    }
    emit(one.path(), Entry.Kind.LINK, directoryMode, stat.get(), location.get(), Optional.empty());
    String own = one.path() + "/" + version.tablespaceDirectory();
    queries.stat(own).filter(Stat::directory).ifPresent(found -> directory(own, found, depth + 1));
  }

  private void emit(
      String path,
      Entry.Kind kind,
      int mode,
      Stat stat,
      String target,
      Optional<RelationFile> relation) {
    consumer.accept(
        new Entry(
            path,
            path,
            kind,
            mode,
            OWNER,
            OWNER,
            FileTime.from(stat.modified()),
            kind == Entry.Kind.FILE ? stat.size() : 0,
            target,
            relation));
  }
}
