package io.holdfast.notifications.http;

import org.jspecify.annotations.Nullable;

/** Whether nobody else can see what goes to a host. Asks no name server. */
public final class Loopback {
  private Loopback() {}

  public static boolean is(@Nullable String host) {
    return host != null
        && (host.equals("localhost")
            || host.equals("[::1]")
            || host.equals("::1")
            || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}"));
  }
}
