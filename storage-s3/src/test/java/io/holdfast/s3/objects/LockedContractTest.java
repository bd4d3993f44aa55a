package io.holdfast.s3.objects;

import io.holdfast.s3.RequestCounts;
import io.holdfast.s3.S3Site.Lock;
import io.holdfast.s3.S3Site.LockMode;
import io.holdfast.s3.VersionedBucketServer;
import io.holdfast.s3.wire.Tuning;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageContract;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A bucket that keeps every version, and locks all of them, is a site like any other. */
final class LockedContractTest extends StorageContract {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  @SuppressWarnings("NullAway.Init") // started before all tests
  private static VersionedBucketServer server;

  @BeforeAll
  static void start() throws Exception {
    server = VersionedBucketServer.start(true);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected Storage open() {
    Lock lock = new Lock(LockMode.COMPLIANCE, Duration.ofDays(30), key -> true);
    return S3Storage.open(
        server.site(
            "contract/" + NUMBER.incrementAndGet(), VersionedBucketServer.HOST, Optional.of(lock)),
        new RequestCounts(),
        Tuning.DEFAULT);
  }
}
