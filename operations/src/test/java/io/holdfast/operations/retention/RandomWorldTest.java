package io.holdfast.operations.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Whatever hosts do to a repository, and whatever goes wrong meanwhile: every backup that should be
 * there is, on each site, and gives back what was stored. A seed that fails is named with all its
 * steps; {@code -Dholdfast.test.seed} begins with it, {@code -Dholdfast.test.seeds} says how many.
 */
final class RandomWorldTest {
  private static final int STEPS = 50;
  private static final long FIRST = Long.getLong("holdfast.test.seed", 1);
  private static final int SEEDS = Integer.getInteger("holdfast.test.seeds", 20);

  @Test
  void whatShouldBeThereIsThere() {
    Map<String, Integer> seen = new TreeMap<>();
    for (long seed : LongStream.range(FIRST, FIRST + SEEDS).toArray()) {
      RandomWorld world = new RandomWorld(seed);
      run(world, seed);
      world.seen().forEach((what, times) -> seen.merge(what, times, Integer::sum));
    }
    assertThat(seen)
        .containsKeys(
            "backed up",
            "backed up on both sites",
            "deleted",
            "exists unannounced",
            "failed",
            "had to wait",
            "meddled",
            "meddled late",
            "passed over",
            "pruned",
            "purged on nas",
            "purged on offsite",
            "refused",
            "synced all",
            "undeleted");
  }

  private static void run(RandomWorld world, long seed) {
    try {
      for (int i = 0; i < STEPS; i++) {
        world.step();
      }
      world.end();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "seed " + seed + ", after these steps:\n" + String.join("\n", world.log()), e);
    }
  }
}
