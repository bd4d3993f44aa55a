package io.holdfast.storage.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class TimedStorageTest {
  private static final ObjectKey SLOW = ObjectKey.of("slow");

  /** Who was interrupted gave up himself: the next call must not find a site that hangs. */
  @Test
  @Timeout(60)
  void anInterruptIsNoFaultOfTheSite() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    AtomicReference<StorageException> failure = new AtomicReference<>();
    Storage site = site(asked, answers);
    try (Storage timed = TimedStorage.over(site, Patience.USUAL)) {
      Thread reader =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  timed.stat(SLOW);
                } catch (StorageException e) {
                  failure.set(e);
                }
              });
      asked.await();
      reader.interrupt();
      reader.join();

      assertThat(failure.get()).hasMessageContaining("interrupted");
      assertThat(timed.stat(ObjectKey.of("quick"))).isEmpty();
    } finally {
      answers.countDown();
    }
  }

  /** Answers at once, but when it is asked for what is slow. */
  private static Storage site(CountDownLatch asked, CountDownLatch answers) {
    return (Storage)
        Proxy.newProxyInstance(
            Storage.class.getClassLoader(),
            new Class<?>[] {Storage.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("stat") && arguments[0].equals(SLOW)) {
                asked.countDown();
                answers.await();
              }
              return switch (method.getName()) {
                case "stat" -> Optional.empty();
                case "description" -> "site";
                default -> null;
              };
            });
  }
}
