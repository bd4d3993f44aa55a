package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.dump.DumpGet;
import io.holdfast.operations.dump.DumpOutput;
import io.holdfast.operations.dump.DumpPart;
import io.holdfast.operations.dump.LogicalBackup;
import io.holdfast.operations.dump.StoredDump;
import io.holdfast.postgres.ClientPrograms;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "get",
    description = "Get the dump of one database out of a logical backup.",
    footerHeading = "%n",
    footer = {
      "What comes is what pg_dump wrote, byte for byte: an archive for pg_restore. With --table it",
      "is one with those tables and all that belongs to them, and only their data is fetched."
    })
final class DumpGetCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "The backup: its id, the start of it, or 'latest'.")
  private String id = "";

  @Parameters(index = "1", paramLabel = "DATABASE", description = "Which database.")
  private String database = "";

  @Option(
      names = "--format",
      paramLabel = "FORM",
      description =
          "custom (default), plain (SQL for psql; needs pg_restore) or directory (for pg_restore"
              + " --jobs).")
  private Form form = Form.CUSTOM;

  @Option(
      names = {"-t", "--table"},
      paramLabel = "TABLE",
      description = "Only this table, with all that belongs to it. May be repeated.")
  private List<String> tables = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "PATH",
      description = "A new file or, for a directory, a new directory (default, and '-': stdout).")
  private @Nullable Path output;

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final SiteOption site = new SiteOption();

  /** As pg_dump calls them. */
  enum Form {
    CUSTOM,
    PLAIN,
    DIRECTORY
  }

  DumpGetCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return Deed.DONE;
  }

  @Override
  ExitStatus run() {
    if (output != null && output.toString().equals("-")) {
      output = null;
    }
    requirePlace();
    try (OpenCluster open = rooms.readingCluster(cluster.name(), site.from())) {
      StoredDump dump = LogicalBackup.find(open.archive(), id, database).dump(database);
      DumpPart part = tables.isEmpty() ? DumpPart.whole(dump) : DumpPart.tables(dump, tables);
      Progress progress = console.progress();
      progress.begin("getting " + database + " of " + dump.backup(), part.bytes(dump));
      try {
        get(open, dump, part, progress);
      } catch (IOException e) {
        throw new HoldfastException(
            ExitStatus.USAGE,
            "could not write the dump"
                + (output == null ? "" : " to " + output)
                + ": "
                + e.getMessage(),
            "Is the disk full? What was written is not whole.",
            e);
      } finally {
        progress.end();
      }
      if (output != null) {
        console.answer(new Got(dump.backup().text(), database, output.toString()));
      }
      return ExitStatus.DONE;
    }
  }

  private void requirePlace() {
    if (output != null) {
      DumpOutput.requireAbsent(output);
    } else if (form == Form.DIRECTORY) {
      throw new HoldfastException(
          ExitStatus.USAGE, "a directory needs a place", "Say where: --output DIR.");
    } else if (console.json() || (form == Form.CUSTOM && console.streams().outTerminal())) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "an archive is not for reading: expected a file for it",
          "Say --output FILE, or let stdout go to a file or program.");
    }
  }

  private void get(OpenCluster open, StoredDump dump, DumpPart part, Progress progress)
      throws IOException {
    DumpGet get = new DumpGet(dump, part, progress);
    if (output == null) {
      write(open, get, part, console.streams().out());
    } else if (form == Form.DIRECTORY) {
      directory(get, output);
    } else {
      try (DumpOutput file = DumpOutput.create(output)) {
        write(open, get, part, file);
        file.commit();
      }
    }
  }

  /** Half a directory is nothing that a name should stand for. */
  private static void directory(DumpGet get, Path to) throws IOException {
    boolean whole = false;
    try {
      get.directory(to);
      whole = true;
    } finally {
      if (!whole && Files.isDirectory(to)) {
        remove(to);
      }
    }
  }

  private static void remove(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private void write(OpenCluster open, DumpGet get, DumpPart part, OutputStream to)
      throws IOException {
    if (form == Form.PLAIN) {
      get.plain(ClientPrograms.find(DumpGet.majorOf(part), open.programDirectories()), to);
    } else {
      get.custom(to);
    }
    if (console.streams().out().checkError()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not write the dump: stdout was closed or is full",
          "What was written is not whole: discard it.");
    }
  }

  record Got(String backup, String database, String output) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      page.line("got " + database + " of backup " + backup + ": " + output);
    }
  }
}
