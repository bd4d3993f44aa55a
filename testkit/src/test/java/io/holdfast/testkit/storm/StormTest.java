package io.holdfast.testkit.storm;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StormTest {
  @ParameterizedTest
  @EnumSource(names = {"V14", "V18"})
  void everyDeedIsDoneAndTheServerStaysSound(PostgresMajor major) {
    try (TestCluster server = Storm.settings(TestCluster.of(major)).start();
        Storm storm = Storm.over(server, 1, 2)) {
      storm.blow();
      assertThat(storm.done().keySet()).containsExactlyInAnyOrderElementsOf(Storm.deeds());
      try (Storm.Gust gust = storm.start()) {
        gust.stop();
      }
      storm.blow();
      assertThat(ClusterContent.damage(server)).isEmpty();
    }
  }
}
