package io.holdfast.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.gate.Demands;
import io.holdfast.operations.gate.Gate;
import io.holdfast.operations.gate.Met;
import io.holdfast.operations.proof.Rung;
import io.holdfast.operations.proof.Verdict;
import io.holdfast.operations.status.ServerPosition;
import io.holdfast.operations.status.ServerQuestion;
import io.holdfast.testkit.PostgresMajor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What could be lost of a server of which nothing came for two hours. */
class IdleServerGateTest {
  private static final Demands DEMANDS =
      new Demands(
          Optional.empty(),
          Optional.of(Duration.ofMinutes(5)),
          Optional.empty(),
          Rung.RESTORED,
          Optional.empty(),
          Optional.empty());

  @Test
  void nothingIsLostOfAServerThatHadNothingToDo() throws Exception {
    try (Scene scene = new Scene(PostgresMajor.V17, options -> options)) {
      scene.source.sql("CREATE TABLE t (id int)");
      scene.backup();
      scene.source.sql("INSERT INTO t VALUES (1)");
      scene.exportWal();
      InstantSource later = () -> Instant.now().plus(Duration.ofHours(2));
      Supplier<Optional<ServerPosition>> server =
          () -> new ServerQuestion("holdfast-check", later).ask(scene.connection());

      Met idle = loss(scene, server, later);
      assertThat(idle.verdict()).as("%s", idle).isEqualTo(Verdict.PASSED);
      assertThat(idle.found()).contains("the server has had nothing else to do");

      Met silent = loss(scene, Optional::empty, later);
      assertThat(silent.verdict()).as("%s", silent).isEqualTo(Verdict.UNVERIFIED);
      assertThat(silent.found()).contains("did not answer");

      scene.stopReceiving();
      scene.source.sql("INSERT INTO t VALUES (2)");
      Met behind = loss(scene, server, later);
      assertThat(behind.verdict()).as("%s", behind).isEqualTo(Verdict.FAILED);
      assertThat(behind.found()).containsPattern("the server has [1-9]\\d* bytes of WAL beyond it");
    }
  }

  private static Met loss(
      Scene scene, Supplier<Optional<ServerPosition>> server, InstantSource clock) {
    return new Gate(scene.repository, "main", List.of(), Optional.empty(), server, clock)
        .ask(DEMANDS)
        .getFirst();
  }
}
