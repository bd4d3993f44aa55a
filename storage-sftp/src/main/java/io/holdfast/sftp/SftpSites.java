package io.holdfast.sftp;

import io.holdfast.sftp.objects.SftpStorage;
import io.holdfast.storage.Storage;

/** Opens directories on SFTP servers. */
public final class SftpSites {
  private SftpSites() {}

  /** The directory as a site. Connects to nothing yet; the caller closes it. */
  public static Storage open(SftpSite site) {
    return SftpStorage.open(site);
  }
}
