package io.holdfast.cli.wiring;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this machine is called, in records and messages that others read. */
public final class HostName {
  private HostName() {}

  public static String ofThisMachine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown host";
    }
  }
}
