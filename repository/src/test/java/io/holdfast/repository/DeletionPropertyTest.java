package io.holdfast.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Deleting any backup never harms another, whatever happened before and whatever happens meanwhile.
 * A seed that fails is named with all its steps; to see it again, start at it.
 */
final class DeletionPropertyTest {
  private static final int STEPS = 40;
  private static final long FIRST = Long.getLong("holdfast.test.seed", 1);
  private static final int SEEDS = Integer.getInteger("holdfast.test.seeds", 40);

  @Test
  void everyBackupThatIsLeftHoldsWhatItHeld() throws Exception {
    Map<String, Integer> seen = new TreeMap<>();
    for (long seed : LongStream.range(FIRST, FIRST + SEEDS).toArray()) {
      RandomHistory history =
          new RandomHistory(
              repository(),
              new KeySource.Keys(List.of(), List.of(GoldenRepository.PRIVATE_KEY)),
              seed);
      run(history, seed);
      history.seen().forEach((what, times) -> seen.merge(what, times, Integer::sum));
    }
    assertThat(seen)
        .containsKeys(
            "child",
            "compacted",
            "section taken over",
            "failed",
            "exists unannounced",
            "deleted meanwhile");
  }

  private static void run(RandomHistory history, long seed) {
    try {
      for (int i = 0; i < STEPS; i++) {
        history.step();
      }
      history.end();
    } catch (RuntimeException | AssertionError e) {
      String steps = String.join("\n", history.log());
      throw new AssertionError("seed " + seed + ", after these steps:\n" + steps, e);
    }
  }

  /**
   * An encrypted repository without backups, always with the same key: where sections are cut
   * depends on it, and so which storage call is which.
   */
  private Storage repository() throws IOException, URISyntaxException {
    URL resource =
        Objects.requireNonNull(getClass().getResource("/golden/format-1/encrypted/holdfast.json"));
    Path golden = Objects.requireNonNull(Path.of(resource.toURI()).getParent());
    Storage storage = Storages.memory("history");
    copy(storage, golden, golden.resolve("holdfast.json"));
    try (Stream<Path> keys = Files.list(golden.resolve("keys"))) {
      for (Path key : keys.toList()) {
        copy(storage, golden, key);
      }
    }
    return storage;
  }

  private static void copy(Storage storage, Path golden, Path file) throws IOException {
    storage.create(ObjectKey.of(golden.relativize(file).toString()), Files.readAllBytes(file));
  }
}
