package io.holdfast.sftp.wire;

import io.holdfast.sftp.SftpSite;
import io.holdfast.storage.StorageException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeoutException;
import org.apache.sshd.sftp.common.SftpConstants;
import org.jspecify.annotations.Nullable;

/** Says in words what a server did to us, and what a person can do about it. */
public final class Failures {
  private static final int LONGEST = 300;

  private Failures() {}

  /**
   * @param attempt "create clusters/main/cluster.json"
   */
  public static StorageException of(SftpSite site, String attempt, IOException e) {
    return new StorageException(
        "could not " + attempt + " on " + site.description() + ": " + reason(e), hint(site, e), e);
  }

  private static String reason(IOException e) {
    if (e instanceof StatusException answer) {
      return switch (answer.status()) {
        case SftpConstants.SSH_FX_NO_SUCH_FILE -> "no such file or directory";
        case SftpConstants.SSH_FX_PERMISSION_DENIED -> "permission denied";
        default -> "the server answered '" + shortened(String.valueOf(e.getMessage())) + "'";
      };
    }
    if (e instanceof RefusedException) {
      return String.valueOf(e.getMessage());
    }
    if (Thread.currentThread().isInterrupted()) {
      return "interrupted";
    }
    Throwable deepest = deepest(e);
    return shortened(
        switch (deepest) {
          case UnknownHostException unknown -> "there is no host " + unknown.getMessage();
          case UnresolvedAddressException unknown -> "there is no such host";
          case ConnectException refused -> String.valueOf(refused.getMessage());
          case TimeoutException late -> "no answer in time";
          default ->
              deepest.getMessage() == null
                  ? deepest.getClass().getSimpleName()
                  : deepest.getMessage();
        });
  }

  private static @Nullable String hint(SftpSite site, IOException e) {
    if (e instanceof RefusedException refused) {
      return refused.hint();
    }
    if (!(e instanceof StatusException answer)) {
      return "Is the server running, and " + site.address() + " its address? Is the network there?";
    }
    return switch (answer.status()) {
      case SftpConstants.SSH_FX_NO_SUCH_FILE ->
          "Does the directory above '" + site.path() + "' exist on the server?";
      case SftpConstants.SSH_FX_PERMISSION_DENIED ->
          "The user "
              + site.user()
              + " has to own '"
              + site.path()
              + "' on the server. In a chroot only directories below its root can be written to.";
      case SftpConstants.SSH_FX_NO_SPACE_ON_FILESYSTEM, SftpConstants.SSH_FX_QUOTA_EXCEEDED ->
          "The server's disk is full, or a quota used up. Enlarge it, or free space.";
      default ->
          "The server says no more. Often its disk is full or a quota used up: look there (df, quota)"
              + " and at its log.";
    };
  }

  private static Throwable deepest(Throwable e) {
    Throwable at = e;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return at;
  }

  private static String shortened(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
