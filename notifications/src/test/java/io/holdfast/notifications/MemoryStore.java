package io.holdfast.notifications;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A store that can be out of reach, or hang. */
final class MemoryStore implements IncidentStore {
  private final Map<String, byte[]> contents = new HashMap<>();
  private boolean away;
  private @Nullable CountDownLatch hanging;
  private int writes;

  synchronized void away(boolean is) {
    away = is;
  }

  synchronized void hangs(@Nullable CountDownLatch until) {
    hanging = until;
  }

  synchronized int writes() {
    return writes;
  }

  synchronized void put(String cluster, byte[] content) {
    contents.put(cluster, content);
  }

  @Override
  public void change(String cluster, UnaryOperator<byte[]> change) {
    CountDownLatch until;
    synchronized (this) {
      until = hanging;
    }
    if (until != null) {
      try {
        until.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    changeNow(cluster, change);
  }

  private synchronized void changeNow(String cluster, UnaryOperator<byte[]> change) {
    byte[] before = contents.getOrDefault(cluster, new byte[0]);
    byte[] after = change.apply(before);
    if (away) {
      throw new HoldfastException(
          ExitStatus.REPOSITORY_FAILED, "could not write: no space left on device");
    }
    if (!Arrays.equals(after, before)) {
      writes++;
      contents.put(cluster, after);
    }
  }

  @Override
  public synchronized Optional<byte[]> read(String cluster) {
    return Optional.ofNullable(contents.get(cluster));
  }
}
