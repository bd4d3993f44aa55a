package io.holdfast.testkit;

import io.holdfast.embedded.EmbeddedPostgres;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stops servers that a test forgot, when the JVM ends. */
final class LeftOverServers {
  private static final Set<EmbeddedPostgres> SERVERS = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> SERVERS.forEach(EmbeddedPostgres::close)));
  }

  private LeftOverServers() {}

  static void watch(EmbeddedPostgres server) {
    SERVERS.add(server);
  }

  static void forget(EmbeddedPostgres server) {
    SERVERS.remove(server);
  }
}
