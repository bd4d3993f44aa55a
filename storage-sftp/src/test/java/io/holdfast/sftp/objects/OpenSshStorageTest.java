package io.holdfast.sftp.objects;

import io.holdfast.sftp.OpenSshServer;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageContract;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract, kept on OpenSSH's own server. */
final class OpenSshStorageTest extends StorageContract {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  @SuppressWarnings("NullAway.Init") // started before all tests
  private static OpenSshServer server;

  @BeforeAll
  static void start() throws Exception {
    server = OpenSshServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Override
  protected Storage open() throws Exception {
    return SftpStorage.open(server.site("contract/" + NUMBER.incrementAndGet()));
  }
}
