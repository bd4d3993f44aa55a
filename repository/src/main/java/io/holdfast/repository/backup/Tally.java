package io.holdfast.repository.backup;

import io.holdfast.repository.Manifest.Totals;
import io.holdfast.repository.StoredFile;

/** Figures of the entries that were added to a backup. */
final class Tally {
  private long files;
  private long directories;
  private long links;
  private long bytes;
  private long inherited;

  void count(StoredFile file) {
    switch (file.kind()) {
      case FILE -> files++;
      case DIRECTORY -> directories++;
      case LINK -> links++;
    }
    bytes += file.length();
  }

  void inherit(long length) {
    inherited += length;
  }

  /** The totals, but for what was stored: that is known when the manifest is written. */
  Totals totals(long bytesRead) {
    return new Totals(files, directories, links, bytes, bytesRead, 0, inherited);
  }
}
