package io.holdfast.testkit.storage;

import io.holdfast.storage.StorageException;
import java.io.IOException;
import java.io.Serial;
import java.net.SocketTimeoutException;

/** The failure that a test asked for, so that it is told from one that it did not. */
public final class InjectedFault extends StorageException {
  @Serial private static final long serialVersionUID = 1L;

  InjectedFault(Fault fault, Call call, String what) {
    super(
        "could not do " + call + " of " + what + ": injected " + fault,
        null,
        fault == Fault.TIME_OUT
            ? new SocketTimeoutException("Read timed out")
            : new IOException("injected " + fault));
  }
}
