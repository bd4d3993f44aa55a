package io.holdfast.operations.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.ServerHealth;
import io.holdfast.postgres.ServerHealth.Archiver;
import io.holdfast.repository.LeaseHolder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WalRulesTest {
  private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
  private static final Archiver WELL = new Archiver(Optional.of(NOON), Optional.empty(), "", 0);

  private static ServerHealth server(String mode, String command, Archiver archiver) {
    return new ServerHealth(
        Map.of("archive_mode", mode, "archive_command", command),
        new ServerHealth.Role("postgres", true, true, true),
        new ServerHealth.Connected("postgres", 0, 0),
        List.of(),
        Optional.of(archiver),
        false);
  }

  private static List<DoctorCode> codes(
      boolean receives, Optional<LeaseHolder> receiver, Optional<ServerHealth> server) {
    return WalRules.of(new WalLook("main", receives, receiver, server)).stream()
        .flatMap(each -> each.code().stream())
        .toList();
  }

  private static Optional<LeaseHolder> receiver() {
    return Optional.of(new LeaseHolder("db1", 42, "wal", NOON, NOON.plusSeconds(60)));
  }

  @Test
  void walThatIsReceivedOrPushedIsWell() {
    assertThat(codes(true, receiver(), Optional.of(server("off", "", WELL)))).isEmpty();
    assertThat(
            codes(
                true,
                Optional.empty(),
                Optional.of(server("on", "/opt/holdfast-wal push main %p", WELL))))
        .isEmpty();
  }

  @Test
  void walThatNobodyKeepsIsNamedAndWhatNobodyKnowsIsNotGuessed() {
    Optional<ServerHealth> silent = Optional.of(server("off", "", WELL));
    assertThat(codes(true, Optional.empty(), silent)).containsExactly(DoctorCode.NO_RECEIVER);
    assertThat(codes(false, Optional.empty(), silent)).containsExactly(DoctorCode.NO_WAL);
    assertThat(codes(true, Optional.empty(), Optional.empty()))
        .containsExactly(DoctorCode.NOT_CHECKED);
  }

  @Test
  void archivingThatFailsOrDoesNothingIsNamed() {
    Archiver failing = new Archiver(Optional.of(NOON), Optional.of(NOON.plusSeconds(1)), "0001", 3);
    assertThat(codes(true, receiver(), Optional.of(server("on", "cp %p /a/%f", failing))))
        .containsExactly(DoctorCode.ARCHIVING_ELSEWHERE, DoctorCode.ARCHIVING_FAILS);
    Archiver over = new Archiver(Optional.of(NOON), Optional.of(NOON.minusSeconds(1)), "0001", 3);
    assertThat(codes(true, receiver(), Optional.of(server("on", "cp %p /a/%f", over))))
        .containsExactly(DoctorCode.ARCHIVING_ELSEWHERE);
    assertThat(codes(true, receiver(), Optional.of(server("on", "(disabled)", WELL))))
        .containsExactly(DoctorCode.ARCHIVING_IDLE);
    assertThat(codes(true, receiver(), Optional.of(server("off", "", failing)))).isEmpty();
  }
}
