package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.dump.LogicalBackup;
import io.holdfast.operations.dump.StoredDump;
import io.holdfast.operations.logical.LogicalDetails.DumpedDatabase;
import io.holdfast.postgres.DumpBlock;
import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpToc;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "list",
    description = "List the databases of a logical backup, or what one of them holds.",
    footerHeading = "%n",
    footer = "Reads the tables of contents alone, never the data.")
final class DumpListCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "The backup: its id, the start of it, or 'latest'.")
  private String id = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DATABASE",
      description = "List the objects of this one.")
  private @Nullable String database;

  @Mixin private final ClusterOption cluster = new ClusterOption();
  @Mixin private final SiteOption site = new SiteOption();

  DumpListCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    try (OpenCluster open = rooms.readingCluster(cluster.name(), site.from())) {
      LogicalBackup backup =
          database == null
              ? LogicalBackup.find(open.archive(), id)
              : LogicalBackup.find(open.archive(), id, database);
      console.answer(
          database == null
              ? new Databases(
                  backup.id().text(),
                  backup.dumps().stream().map(StoredDump::database).map(OneDatabase::of).toList())
              : Objects.of(backup.dump(database)));
      return ExitStatus.DONE;
    }
  }

  record OneDatabase(String name, long bytes, long tables, long rows) {
    static OneDatabase of(DumpedDatabase database) {
      return new OneDatabase(database.name(), database.bytes(), database.tables(), database.rows());
    }
  }

  record Databases(String backup, List<OneDatabase> databases) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      Table table = new Table().left("DATABASE").right("SIZE").right("TABLES").right("ROWS");
      for (OneDatabase each : databases) {
        table.row(
            each.name(),
            ByteSize.format(each.bytes()),
            Long.toString(each.tables()),
            Long.toString(each.rows()));
      }
      page.table(table);
    }
  }

  /**
   * @param bytes of its data; absent where it has none
   * @param rows likewise
   */
  record OneObject(
      int id,
      String kind,
      String schema,
      String name,
      String owner,
      @Nullable Long rows,
      @Nullable Long bytes) {
    static OneObject of(DumpEntry entry, @Nullable DumpBlock block) {
      return new OneObject(
          entry.dumpId(),
          entry.kind(),
          entry.schema(),
          entry.tag(),
          entry.owner(),
          block == null || block.rows() < 0 ? null : (Long) block.rows(),
          block == null ? null : (Long) block.length());
    }
  }

  record Objects(
      String backup,
      String database,
      String serverVersion,
      String dumpVersion,
      long bytes,
      List<OneObject> objects)
      implements Answer {
    static Objects of(StoredDump dump) {
      Map<Integer, DumpBlock> blocks = new HashMap<>();
      dump.blocks().forEach(block -> blocks.put(block.dumpId(), block));
      DumpToc toc = dump.toc(entry -> false);
      return new Objects(
          dump.backup().text(),
          dump.database().name(),
          toc.header().serverVersion(),
          toc.header().dumpVersion(),
          dump.database().bytes(),
          toc.entries().stream()
              .map(entry -> OneObject.of(entry, blocks.get(entry.dumpId())))
              .toList());
    }

    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      page.line(
          database
              + ": "
              + ByteSize.format(bytes)
              + ", of PostgreSQL "
              + serverVersion
              + " by pg_dump "
              + dumpVersion);
      Table table = new Table().right("ROWS").right("SIZE").left("KIND").left("NAME").left("OWNER");
      for (OneObject each : objects) {
        table.row(
            each.rows() == null ? "" : Long.toString(each.rows()),
            each.bytes() == null ? "" : ByteSize.format(each.bytes()),
            each.kind().toLowerCase(Locale.ROOT),
            each.schema().isEmpty() ? each.name() : each.schema() + "." + each.name(),
            each.owner());
      }
      page.table(table);
    }
  }
}
