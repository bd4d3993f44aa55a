package io.holdfast.cli.command;

import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.wal.WalGet;
import io.holdfast.vocabulary.ExitStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * Fetches one WAL file. Its exit status decides whether a recovery goes on or ends, so it must be
 * exact: PostgreSQL takes 1 to 125 for "there is no such file" (RestoreArchivedFile, xlogarchive.c)
 * and would end recovery early for a repository in trouble. Java itself exits with 1 when it cannot
 * start. So a missing file is {@link #MISSING} here, and the launcher turns that into 1 and every
 * other failure into 126.
 */
@Command(
    name = "get",
    description = "Fetch one WAL file; for restore_command.",
    footerHeading = "%n",
    footer = {
      "Exit status 0: it is there whole. 1: the repository was asked and has no such file.",
      "126: anything else; recovery stops instead of ending early."
    })
final class WalGetCommand implements Callable<Integer> {
  static final int MISSING = 101;

  private final Rooms rooms;

  @Parameters(
      arity = "2..3",
      paramLabel = "[CLUSTER] NAME DESTINATION",
      description = "As PostgreSQL gives them for %%f and %%p.",
      hideParamSyntax = true)
  private List<String> words = new ArrayList<>();

  @Mixin private final SiteOption site = new SiteOption();
  @Mixin private final WithoutOption without = new WithoutOption();

  WalGetCommand(Rooms rooms) {
    this.rooms = rooms;
  }

  @Override
  public Integer call() throws InterruptedException {
    Optional<String> cluster = words.size() == 3 ? Optional.of(words.getFirst()) : Optional.empty();
    String name = words.get(words.size() - 2);
    Path destination = Path.of(words.getLast());
    Path here = Path.of("").toAbsolutePath();
    try (OpenCluster open = rooms.readingCluster(cluster, without.from(site.from()));
        WalGet get = new WalGet(open.walArchive(here), WalGet.PATIENCE)) {
      return get.get(name, destination, Optional.empty()) ? ExitStatus.DONE.code() : MISSING;
    }
  }
}
