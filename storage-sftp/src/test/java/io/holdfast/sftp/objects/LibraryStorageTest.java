package io.holdfast.sftp.objects;

import io.holdfast.sftp.LibraryServer;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageContract;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract, kept on another server than OpenSSH's that offers the same. */
final class LibraryStorageTest extends StorageContract {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  @SuppressWarnings("NullAway.Init") // started before all tests
  private static LibraryServer server;

  @BeforeAll
  static void start() throws Exception {
    server = LibraryServer.start(LibraryServer.ALL);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Override
  protected Storage open() {
    return SftpStorage.open(server.site("/contract/" + NUMBER.incrementAndGet()));
  }
}
