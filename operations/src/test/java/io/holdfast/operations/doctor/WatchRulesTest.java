package io.holdfast.operations.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WatchRulesTest {
  private static final Optional<String> METRICS = Optional.of("127.0.0.1:9854");

  private static List<DoctorCode> codes(List<Finding> found) {
    return found.stream().flatMap(each -> each.code().stream()).toList();
  }

  @Test
  void onlyWhatIsKnownIsSaid() {
    assertThat(WatchRules.of(true, 1, 0, METRICS, "c"))
        .singleElement()
        .satisfies(each ->
            assertThat(each.found())
                .isEqualTo(
                    "1 channel to people; metrics are offered at 127.0.0.1:9854, and whether"
                        + " anybody fetches them is not known"));
    assertThat(WatchRules.of(true, 2, 1, Optional.empty(), "c"))
        .singleElement()
        .satisfies(each ->
            assertThat(each.found()).isEqualTo("2 channels to people; 1 watcher is pinged"));
  }

  @Test
  void whoIsNeitherToldNorMissedIsNamed() {
    assertThat(codes(WatchRules.of(true, 0, 0, Optional.empty(), "c")))
        .containsExactly(DoctorCode.NOBODY_TOLD, DoctorCode.NOT_WATCHED);
    assertThat(codes(WatchRules.of(false, 0, 0, METRICS, "c"))).isEmpty();
  }
}
