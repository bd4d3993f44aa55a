package io.holdfast.operations.restore;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.StoredFile;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a backup's file list says, read once before anything is touched.
 *
 * @param bytes what is written, tablespaces included
 * @param tablespaceBytes of it by tablespace oid
 * @param links targets of tablespace links, by oid, bytes in ISO-8859-1
 * @param owners everybody who owns a file
 * @param mode of the data directory: as its sub-directories
 * @param owner of the data directory
 * @param present paths among those that settings depend on which are there
 */
record Inventory(
    long files,
    long bytes,
    Map<Long, Long> tablespaceBytes,
    Map<Long, String> links,
    Set<FileOwner> owners,
    int mode,
    FileOwner owner,
    Set<String> present) {
  private static final Set<String> WATCHED =
      Set.of("postgresql.conf", "postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf");
  private static final String TABLESPACES = "pg_tblspc/";

  static Inventory of(BackupReader backup) {
    Counter counter = new Counter();
    backup.files(counter::add);
    return new Inventory(
        counter.files,
        counter.bytes,
        counter.tablespaceBytes,
        counter.links,
        counter.owners,
        counter.mode,
        counter.owner,
        counter.present);
  }

  /** The oid in {@code pg_tblspc/16400/…}, or 0. */
  static long tablespace(String path) {
    if (!path.startsWith(TABLESPACES)) {
      return 0;
    }
    int end = path.indexOf('/', TABLESPACES.length());
    String oid = path.substring(TABLESPACES.length(), end < 0 ? path.length() : end);
    try {
      return Long.parseLong(oid);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static final class Counter {
    private final Map<Long, Long> tablespaceBytes = new TreeMap<>();
    private final Map<Long, String> links = new TreeMap<>();
    private final Set<FileOwner> owners = new java.util.HashSet<>();
    private final Set<String> present = new TreeSet<>();
    private long files;
    private long bytes;
    private String link = "";
    private int mode = 0700;
    private FileOwner owner = new FileOwner(System.getProperty("user.name", ""), "");

    void add(StoredFile file) {
      if (file.path().startsWith(PhysicalDetails.CONFIG_PREFIX)) {
        return;
      }
      requireNotBelowLink(file);
      owners.add(new FileOwner(file.owner(), file.group()));
      switch (file.kind()) {
        case FILE -> {
          files++;
          bytes += file.length();
          long tablespace = tablespace(file.path());
          if (tablespace != 0) {
            tablespaceBytes.merge(tablespace, file.length(), Long::sum);
          }
          if (WATCHED.contains(file.path())) {
            present.add(file.path());
          }
        }
        case LINK -> {
          long tablespace = tablespace(file.path());
          if (file.path().equals(TABLESPACES + tablespace)) {
            links.put(tablespace, file.target());
          } else {
            link = file.path();
          }
        }
        case DIRECTORY -> {
          if (file.path().equals("global")) {
            mode = file.mode();
            owner = new FileOwner(file.owner(), file.group());
          }
        }
      }
    }

    /** Tablespaces are placed by the plan; through any other link a file would land unseen. */
    private void requireNotBelowLink(StoredFile file) {
      if (!link.isEmpty() && file.path().startsWith(link + "/")) {
        throw new HoldfastException(
            ExitStatus.REFUSED,
            "could not plan the restore of '"
                + file.path()
                + "': expected it in the data directory or a tablespace, found it below the link '"
                + link
                + "'",
            "No backup of Holdfast is like that: somebody changed it. Restore another one.");
      }
    }
  }
}
