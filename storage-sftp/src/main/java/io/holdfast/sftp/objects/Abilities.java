package io.holdfast.sftp.objects;

import io.holdfast.sftp.SftpSite;
import io.holdfast.sftp.wire.Line;
import io.holdfast.sftp.wire.RefusedException;
import io.holdfast.sftp.wire.StatusException;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * What the server can do, found out before the first write and never when only read.
 *
 * <p>Indispensable: {@code hardlink@openssh.com}, the only request of the protocol whose refusal of
 * a name that is taken is {@code link(2)}'s and not a look beforehand; and {@code
 * posix-rename@openssh.com}, which replaces in one step. Servers that lack them are refused. {@code
 * fsync@openssh.com} is needed to survive a power cut, for directories, too (OpenSSH's server opens
 * them like files); a server without it is refused unless the settings allow it.
 */
final class Abilities {
  private final SftpSite site;
  private volatile boolean known;
  private volatile boolean files;
  private volatile boolean directories;

  Abilities(SftpSite site) {
    this.site = site;
  }

  /** Where there is a directory to try on. */
  interface Place {
    String make() throws IOException;
  }

  boolean syncsFiles() {
    return files;
  }

  boolean syncsDirectories() {
    return directories;
  }

  /**
   * @throws RefusedException if the server may not be written to
   */
  void require(Line line, Place place) throws IOException {
    if (known) {
      return;
    }
    Set<String> can = line.extensions();
    List<String> lacking =
        List.of(Line.LINK, Line.RENAME).stream().filter(one -> !can.contains(one)).toList();
    if (!lacking.isEmpty()) {
      throw new RefusedException(
          "the server cannot do what a repository needs: expected "
              + String.join(" and ", lacking)
              + " among what it offers",
          "OpenSSH's server can, since version 5.7. docs/sites.md says which others can.");
    }
    String directory = place.make();
    boolean filesSynced = can.contains(Line.SYNC);
    boolean directoriesSynced = filesSynced && syncs(line, directory);
    if (!directoriesSynced && !site.allowUnsynced()) {
      throw new RefusedException(
          "the server cannot be told to write "
              + (filesSynced ? "directories" : "files")
              + " to its disk at once ("
              + Line.SYNC
              + "): what it acknowledged may be gone after a power cut",
          "Use OpenSSH's server. Or accept the risk with 'allow-unsynced: true' below 'sftp:', and"
              + " keep another site.");
    }
    files = filesSynced;
    directories = directoriesSynced;
    known = true;
  }

  private static boolean syncs(Line line, String directory) throws IOException {
    try {
      byte[] handle = line.open(directory, Line.READ);
      try {
        line.sync(handle);
      } finally {
        line.close(handle);
      }
      return true;
    } catch (StatusException e) {
      return false;
    }
  }
}
