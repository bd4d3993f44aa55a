package io.holdfast.operations.dump;

import io.holdfast.postgres.ClientPrograms;
import io.holdfast.postgres.ClientPrograms.Program;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Gets a dump out of a backup, whole or in part, in any of pg_dump's forms. */
public final class DumpGet {
  private final StoredDump dump;
  private final DumpPart part;
  private final Progress progress;

  public DumpGet(StoredDump dump, DumpPart part, Progress progress) {
    this.dump = dump;
    this.part = part;
    this.progress = progress;
  }

  /** An archive for pg_restore; if it is the whole, byte for byte what pg_dump wrote. */
  public void custom(OutputStream to) throws IOException {
    if (part.isWhole()) {
      dump.writeOriginal(to, progress);
    } else {
      dump.write(part.toc(), part.dumpIds(), to, progress);
    }
    to.flush();
  }

  /** SQL for psql, made by pg_restore. */
  public void plain(ClientPrograms programs, OutputStream to) {
    PgRestore.run(
        programs.start(Program.PG_RESTORE, List.of("--file=-"), Duration.ZERO), this::custom, to);
  }

  /**
   * A directory for {@code pg_restore --jobs}.
   *
   * @param directory must not be there yet
   */
  public void directory(Path directory) throws IOException {
    dump.writeDirectory(part.toc(), part.dumpIds(), directory, progress);
  }

  /** Of the programs that made the dump: older ones may not read it. */
  public static int majorOf(DumpPart part) {
    return major(part.toc().header().dumpVersion());
  }

  static int major(String version) {
    int end = 0;
    while (end < version.length() && Character.isDigit(version.charAt(end))) {
      end++;
    }
    return end == 0 ? 0 : Integer.parseInt(version.substring(0, Math.min(end, 4)));
  }
}
