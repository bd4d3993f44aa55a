package io.holdfast.operations.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TestClusterBuilder;
import io.holdfast.testkit.storm.Storm;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One backup after the other of a server in a storm, each held against the truth. With {@code
 * -Dholdfast.oracle=full} ten generations of every version with and without checksums, a new storm
 * each time; without it three of each version. CONTRIBUTING.md has the command.
 */
@Timeout(3600)
final class OracleTest {
  private static final boolean FULL = Form.isFull();

  record Kind(PostgresMajor major, boolean checksums, long seed) {}

  static Stream<Kind> kinds() {
    Random seeds = new Random();
    return Stream.of(PostgresMajor.values())
        .flatMap(major ->
            FULL
                ? Stream.of(
                    new Kind(major, true, seeds.nextLong()),
                    new Kind(major, false, seeds.nextLong()))
                : Stream.of(new Kind(major, major.number() % 2 == 1, major.number())));
  }

  /** Each with something else than usual. */
  private static TestClusterBuilder builder(Kind kind) {
    TestClusterBuilder builder = TestCluster.of(kind.major()).checksums(kind.checksums());
    return switch (kind.major()) {
      case V14 -> builder.walSegmentMegabytes(1).setting("wal_compression", "on");
      case V15 -> builder.setting("wal_compression", "pglz");
      case V16 -> builder.walSegmentMegabytes(64);
      case V17 -> builder.setting("summarize_wal", "on");
      case V18 -> builder;
    };
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyGenerationIsWhole(Kind kind) {
    try (Generations generations = new Generations(builder(kind), kind.seed())) {
      generations.inCalm("full");
      for (int generation = 2; generation <= (FULL ? 10 : 3); generation++) {
        generations.storm.blow();
        if (generation % 2 == 0) {
          generations.underLoad("tracked");
        } else {
          generations.inCalm("tracked");
        }
      }
      assertThat(generations.storm.done().keySet())
          .containsExactlyInAnyOrderElementsOf(Storm.deeds());
    }
  }
}
