package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.backup.BackupOutcome;
import io.holdfast.operations.backup.BackupRequest;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.backup.FilesBackup;
import io.holdfast.operations.backup.FilesOutcome;
import io.holdfast.operations.backup.FilesRequest;
import io.holdfast.operations.backup.PhysicalBackup;
import io.holdfast.operations.dumping.Dumping;
import io.holdfast.operations.dumping.LogicalOutcome;
import io.holdfast.operations.dumping.LogicalRequest;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.view.BackupView;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Repository;
import io.holdfast.settings.NamedSite;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "backup",
    description = "Take a backup of a running server: of its files, or of its databases as dumps.",
    footerHeading = "%n",
    footer = {
      "physical: the files of the whole server. With its WAL it can be restored to any moment. The",
      "  default.",
      "logical: roles, settings and a dump of each database, of one moment. Needs pg_dump; can be",
      "  restored into other versions, database by database or table by table ('holdfast dump').",
      "files: the directories that the settings name for the cluster, uploads for example. With the",
      "  other kinds too by --with-files ('holdfast files').",
      "",
      "It builds on an earlier backup whenever it can: then only what changed is read or stored, and",
      "the result still is whole, whatever becomes of the earlier one.",
      "It is announced when every byte of it, and the WAL it needs, is durable in the repository.",
      "Exit status 1 means: the backup is there, but pages of the server are damaged."
    })
final class BackupCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Mixin private final ClusterChoice cluster = new ClusterChoice();

  @Mixin private final LogicalChoices logical = new LogicalChoices();

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "physical, logical or files (default: physical).")
  private Kind kind = Kind.physical;

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      converter = WholeNumber.Jobs.class,
      description =
          "Worker threads; of a logical backup databases at once (default: 2, or as configured).")
  private @Nullable Integer jobs;

  @Option(
      names = "--full",
      description = "Read and store everything, whatever earlier backups there are.")
  private boolean full;

  @Option(
      names = "--parent",
      paramLabel = "ID",
      description =
          "Build on this backup: its id, the start of it, or 'latest' (default: the newest that"
              + " can be built on).")
  private @Nullable String parent;

  @Option(
      names = "--data-directory",
      paramLabel = "DIR",
      description = "Where the server's data directory lies here (default: as the server says).")
  private @Nullable Path dataDirectory;

  @Option(
      names = "--spread-checkpoint",
      description = "Begin with a checkpoint spread over minutes instead of one at once.")
  private boolean spread;

  @Option(
      names = "--max-rate",
      paramLabel = "SIZE",
      description = "Read no more than this in a second, such as 50MiB.")
  private @Nullable ByteSize maxRate;

  @Option(
      names = "--new-system",
      description = "Accept a server that is not the one of the earlier backups.")
  private boolean newSystem;

  @Option(
      names = "--with-files",
      description = "Then back up the directories that the configuration names below 'files:'.")
  private boolean withFiles;

  /** As it is typed. */
  private enum Kind {
    physical,
    logical,
    files
  }

  BackupCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return Deed.DONE;
  }

  @Override
  ExitStatus run() {
    refuseContradictions();
    try (OpenCluster open = rooms.cluster(cluster.name())) {
      if (kind == Kind.files || withFiles) {
        open.requireFiles();
        FilesBackup.check(open.filesRequest(Optional.empty(), full, Optional.empty()));
      }
      return switch (kind) {
        case physical -> copy(open);
        case logical -> dump(open);
        case files -> {
          console.answer(new Taken(files(open, Optional.empty()), null));
          yield ExitStatus.DONE;
        }
      };
    }
  }

  private void refuseContradictions() {
    if (full && parent != null) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not take a backup: expected --full or --parent, found both",
          "A full backup builds on nothing; leave one of them out.");
    }
    Optional<String> misplaced = misplaced();
    if (misplaced.isPresent()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not take a " + kind + " backup with " + misplaced.get(),
          "That is for backups of another kind; leave it out.");
    }
  }

  private Optional<String> misplaced() {
    return switch (kind) {
      case physical -> logical.given();
      case logical -> full ? Optional.of("--full") : givenForPhysical();
      case files ->
          withFiles
              ? Optional.of("--with-files")
              : logical.given().or(this::givenForPhysical).or(this::givenForServers);
    };
  }

  private Optional<String> givenForServers() {
    if (newSystem) {
      return Optional.of("--new-system");
    }
    return jobs == null ? Optional.empty() : Optional.of("--jobs");
  }

  private Optional<String> givenForPhysical() {
    if (parent != null) {
      return Optional.of("--parent");
    }
    if (dataDirectory != null) {
      return Optional.of("--data-directory");
    }
    return spread ? Optional.of("--spread-checkpoint") : Optional.empty();
  }

  private ExitStatus dump(OpenCluster open) {
    LogicalRequest request =
        open.logicalRequest()
            .but(change -> {
              logical.applyTo(change);
              change.jobs = jobs == null ? change.jobs : jobs;
              change.jobs = limited(change.jobs, open.mostJobs());
              change.bytesPerSecond = maxRate == null ? change.bytesPerSecond : maxRate.bytes();
              change.newSystem |= newSystem;
            });
    LogicalOutcome outcome =
        Dumping.run(open.archive(), request, console.progress(), console.clock());
    answer(open, outcome.manifest().id());
    return ExitStatus.DONE;
  }

  /** After the database: what its rows name is there by then. */
  private BackupView files(OpenCluster open, Optional<BackupId> database) {
    FilesRequest request =
        open.filesRequest(
            database, full, maxRate == null ? Optional.empty() : Optional.of(maxRate.bytes()));
    FilesOutcome outcome =
        FilesBackup.run(open.archive(), request, console.progress(), console.clock());
    return view(open, outcome.manifest().id());
  }

  private ExitStatus copy(OpenCluster open) {
    Optional<BackupId> base =
        Optional.ofNullable(parent)
            .map(text -> new Backups(open.archive()).find(text, PhysicalDetails.KIND));
    BackupRequest request =
        open.backupRequest()
            .but(this::apply)
            .but(change -> change.jobs = limited(change.jobs, open.mostJobs()))
            .but(c -> c.parent = base);
    BackupOutcome outcome =
        PhysicalBackup.run(open.archive(), request, console.progress(), console.clock());
    answer(open, outcome.manifest().id());
    return outcome.details().findings().clean() ? ExitStatus.DONE : ExitStatus.NO;
  }

  /** One answer for both; of a database without its files, should they fail. */
  private void answer(OpenCluster open, BackupId id) {
    BackupView database = view(open, id);
    if (!withFiles) {
      console.answer(new Taken(database, null));
      return;
    }
    BackupView files;
    try {
      files = files(open, Optional.of(id));
    } catch (HoldfastException e) {
      console.answer(new Taken(database, null));
      throw e;
    }
    console.answer(new Taken(database, files));
  }

  private BackupView view(OpenCluster open, BackupId id) {
    concerns(id);
    BackupView view = BackupView.of(open.name(), new Backups(open.archive()).show(id));
    view = view.without(leftOut(open, id));
    return rooms.requests().any() ? view.asking(BackupText.asked(rooms.requests())) : view;
  }

  /** The sites on which it is not announced; without a required one there is no backup. */
  private static List<String> leftOut(OpenCluster open, BackupId id) {
    List<String> lacking = new ArrayList<>();
    open.opened().settings().sites().stream()
        .filter(site -> !site.required())
        .map(NamedSite::name)
        .forEach(lacking::add);
    Repository repository = open.opened().repository();
    open.opened()
        .storage()
        .copies()
        .onFurther(
            "look for backup " + id,
            site -> {
              if (!site.required()
                  && repository.on(site.storage()).cluster(open.name()).backupIds().contains(id)) {
                lacking.remove(site.name());
              }
            });
    return lacking;
  }

  private int limited(int wanted, int most) {
    if (wanted > most) {
      console
          .progress()
          .warn(
              "the memory has room for "
                  + most
                  + " jobs that write to buckets, not for "
                  + wanted
                  + "; HOLDFAST_JAVA_OPTS=-Xmx256m gives it more");
    }
    return Math.min(wanted, most);
  }

  private void apply(BackupRequest.Change change) {
    change.full = full;
    if (jobs != null) {
      change.jobs = jobs;
    }
    if (dataDirectory != null && change.overSql) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not read from " + dataDirectory + ": this cluster's source is sql",
          "Leave --data-directory out, or set source: local.");
    }
    if (dataDirectory != null) {
      change.dataDirectory = Optional.of(dataDirectory);
    }
    if (spread) {
      change.fastCheckpoint = false;
    }
    if (maxRate != null) {
      change.bytesPerSecond = maxRate.bytes();
    }
    change.newSystem |= newSystem;
  }

  /**
   * @param files that were backed up with it
   */
  private record Taken(BackupView backup, @Nullable BackupView files) implements Answer {
    @Override
    public Object json() {
      return files == null ? backup : Map.of("backup", backup, "files", files);
    }

    @Override
    public void print(Page page) {
      BackupText.print(page, backup);
      if (files != null) {
        page.blank();
        BackupText.print(page, files);
      }
    }
  }
}
