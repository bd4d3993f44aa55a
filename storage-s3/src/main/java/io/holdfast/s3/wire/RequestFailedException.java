package io.holdfast.s3.wire;

import software.amazon.awssdk.core.exception.SdkException;

/** A request that was refused, or repeated until patience ended. Never leaves this room. */
public final class RequestFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final SdkException last;
  private final int tries;

  RequestFailedException(SdkException last, int tries) {
    super(last);
    this.last = last;
    this.tries = tries;
  }

  public SdkException last() {
    return last;
  }

  public int tries() {
    return tries;
  }

  /** Whether it may have had its effect all the same. */
  public boolean open() {
    return Trouble.of(last) != Trouble.LASTING;
  }
}
