package io.holdfast.notifications;

import static io.holdfast.notifications.Samples.secret;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PingsTest {
  private static final UUID RUN = new UUID(1, 2);

  private final OwnClock clock = new OwnClock();
  private final Channels channels = new Channels(clock, Duration.ofSeconds(20));
  private Receiver receiver;

  @BeforeEach
  void start() throws IOException {
    receiver = Receiver.answering(200, "OK");
  }

  @AfterEach
  void stop() {
    channels.close();
    receiver.close();
  }

  private Pings pings(Set<String> clusters, Set<String> schedules) {
    PingSpec spec = new PingSpec(secret(receiver.address() + "/c"), Optional.empty(), false);
    PingTarget target = channels.open("outside", spec, Optional.empty());
    return new Pings(List.of(new PingRoute(target, clusters, schedules)), clock);
  }

  private List<String> paths() {
    return receiver.requests().stream()
        .map(request -> request.path().replaceFirst("\\?.*", ""))
        .toList();
  }

  @Test
  void beginAndEndArriveInTheirOrderAndOnlyOfWhatIsWanted() {
    Pings pings = pings(Set.of("main"), Set.of("nightly"));
    pings.tell(Ping.start("main", "nightly", RUN));
    pings.tell(Ping.start("other", "nightly", RUN));
    pings.tell(Ping.start("main", "weekly", RUN));
    assertThat(pings.deliver()).isTrue();
    pings.tell(Ping.end("main", "nightly", RUN, 5, "it failed"));
    while (pings.deliver()) {
      // The next one.
    }

    assertThat(paths()).containsExactly("/c/start", "/c/5");
    assertThat(pings.targets().getFirst().delivered()).isEqualTo(2);
  }

  @Test
  void anEndTakesThePlaceOfABeginningThatDidNotArrive() {
    Pings pings = pings(Set.of(), Set.of());
    receiver.next(Receiver.Reply.of(500, ""));
    pings.tell(Ping.start("main", "nightly", RUN));
    pings.deliver();
    assertThat(pings.targets().getFirst().failingSince()).isPresent();
    pings.tell(Ping.end("main", "nightly", RUN, 0, ""));
    clock.pass(Duration.ofMinutes(1));
    while (pings.deliver()) {
      // The next one.
    }

    assertThat(paths()).containsExactly("/c/start", "/c");
    assertThat(pings.targets().getFirst().failingSince()).isEmpty();
  }

  @Test
  void afterAnHourAPingIsGivenUp() {
    Pings pings = pings(Set.of(), Set.of());
    receiver.usually(Receiver.Reply.of(500, ""));
    pings.tell(Ping.end("main", "nightly", RUN, 0, ""));
    for (int minute = 0; minute <= 61; minute++) {
      pings.deliver();
      clock.pass(Duration.ofMinutes(1));
    }

    assertThat(pings.targets().getFirst().waiting()).isZero();
    assertThat(pings.targets().getFirst().lost()).isEqualTo(1);
  }

  @Test
  void theThreadsSendAndEnd() {
    Pings pings = pings(Set.of(), Set.of());
    pings.start();
    pings.tell(Ping.start("main", "nightly", RUN));
    pings.tell(Ping.end("main", "nightly", new UUID(3, 4), 0, ""));
    pings.close();

    assertThat(paths()).contains("/c").hasSize(2);
  }
}
