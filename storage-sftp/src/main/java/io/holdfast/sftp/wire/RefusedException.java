package io.holdfast.sftp.wire;

import java.io.IOException;

/** There will be no connection, however often it is tried: wrong host key, wrong login. */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String hint;

  public RefusedException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  public String hint() {
    return hint;
  }
}
