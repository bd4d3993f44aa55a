package io.holdfast.operations.dump;

import io.holdfast.postgres.ClientPrograms;
import io.holdfast.postgres.DumpTarget;
import io.holdfast.postgres.DumpToc;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.util.List;

/** Finds a pg_restore that can read a dump and that a server understands. */
final class RestorePrograms {
  /**
   * Since 17 pg_restore begins every session with {@code SET transaction_timeout = 0}, which older
   * servers do not know (pg_backup_archiver.c, _doSetFixedOutputState); there that is an error.
   */
  private static final int TRANSACTION_TIMEOUT_SINCE = 17;

  private RestorePrograms() {}

  static ClientPrograms find(DumpToc toc, DumpTarget.Facts server, List<Path> hints) {
    int dump = DumpGet.major(toc.header().dumpVersion());
    ClientPrograms programs = ClientPrograms.find(dump, hints);
    requireFit(programs.major(), dump, server.major());
    return programs;
  }

  /**
   * @throws HoldfastException (refused) if this pg_restore fails on that server
   */
  static void requireFit(int programs, int dump, int server) {
    if (programs < TRANSACTION_TIMEOUT_SINCE || server >= TRANSACTION_TIMEOUT_SINCE) {
      return;
    }
    throw new HoldfastException(
        ExitStatus.REFUSED,
        "could not restore into PostgreSQL "
            + server
            + " with pg_restore "
            + programs
            + "; nothing was touched: expected one of at most 16, for since 17 it begins with a"
            + " setting that this server does not know",
        dump < TRANSACTION_TIMEOUT_SINCE
            ? "Install the programs that made the dump (Debian: apt-get install postgresql-client-"
                + dump
                + ")."
            : "The dump was made by pg_dump "
                + dump
                + ", which only pg_restore 17 and newer can read. Restore into PostgreSQL 17 or newer;"
                + " or create a database and: holdfast dump get ID DATABASE --format plain | sed"
                + " '/^SET transaction_timeout = 0;$/d' | psql --set ON_ERROR_STOP=1 --dbname NAME."
                + " Backups made with the client programs of the server's own version do not have"
                + " this.");
  }
}
