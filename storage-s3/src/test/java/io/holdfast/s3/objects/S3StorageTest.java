package io.holdfast.s3.objects;

import io.holdfast.s3.BucketServer;
import io.holdfast.s3.RequestCounts;
import io.holdfast.s3.wire.Tuning;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageContract;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract, kept by a real server that checks signatures. */
final class S3StorageTest extends StorageContract {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  @SuppressWarnings("NullAway.Init") // started before all tests
  private static BucketServer server;

  @BeforeAll
  static void start() throws Exception {
    server = BucketServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected Storage open() {
    return S3Storage.open(
        server.site("contract/" + NUMBER.incrementAndGet()), new RequestCounts(), Tuning.DEFAULT);
  }
}
