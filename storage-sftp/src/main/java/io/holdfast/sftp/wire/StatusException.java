package io.holdfast.sftp.wire;

import java.io.IOException;
import org.apache.sshd.sftp.common.SftpConstants;

/** The server answered, and the answer is no. */
public final class StatusException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  StatusException(int status, String message) {
    super(message);
    this.status = status;
  }

  public int status() {
    return status;
  }

  public boolean isMissing() {
    return status == SftpConstants.SSH_FX_NO_SUCH_FILE
        || status == SftpConstants.SSH_FX_NO_SUCH_PATH
        || status == SftpConstants.SSH_FX_NOT_A_DIRECTORY;
  }
}
