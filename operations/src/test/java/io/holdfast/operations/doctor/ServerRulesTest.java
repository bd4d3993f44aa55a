package io.holdfast.operations.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.ServerFacts;
import io.holdfast.postgres.ServerHealth;
import io.holdfast.postgres.ServerHealth.Connected;
import io.holdfast.postgres.ServerHealth.Role;
import io.holdfast.postgres.ServerHealth.Slot;
import io.holdfast.postgres.ServerSession.Lack;
import io.holdfast.postgres.ServerSession.Requirement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServerRulesTest {
  private static final Instant NOW = Instant.parse("2026-11-27T08:00:00Z");
  private static final long GIB = 1L << 30;
  private static final Role OWNER = new Role("postgres", true, true, true);

  /** A server that is as it should be; each test changes one thing. */
  private static final class Facts {
    int major = 17;
    String limit = "20480";
    Role role = OWNER;
    Connected database = new Connected("shop", 0, 0);
    Slot ours = new Slot("hf", false, true, "reserved", OptionalLong.of(1000));
    List<Slot> others = List.of();
    boolean pooled;
    Duration ahead = Duration.ZERO;
    List<String> tablespaces = List.of();
    List<Requirement> missing = List.of();
    boolean receives = true;
    boolean dumps;

    List<Finding> findings() {
      List<Slot> slots = new java.util.ArrayList<>(others);
      slots.add(ours);
      ServerHealth health =
          new ServerHealth(
              Map.of("max_slot_wal_keep_size", limit),
              role,
              database,
              slots,
              Optional.empty(),
              pooled);
      return ServerRules.of(
          new ServerLook(
              "main",
              new ServerFacts(major * 10_000 + 2, major + ".2", 7, "/data", 16 << 20, true, 5432),
              false,
              health,
              ahead,
              tablespaces,
              missing,
              new ServerLook.Wanted(receives, "hf", dumps, "/etc/holdfast.yaml")),
          NOW);
    }

    List<DoctorCode> codes() {
      return findings().stream().flatMap(each -> each.code().stream()).toList();
    }

    Finding only(DoctorCode code) {
      assertThat(codes()).containsExactly(code);
      return findings().stream().filter(each -> each.code().isPresent()).findFirst().orElseThrow();
    }
  }

  private final Facts facts = new Facts();

  @Test
  void ofAServerThatIsAsItShouldBeNothingIsFound() {
    facts.dumps = true;
    assertThat(facts.codes()).isEmpty();
    assertThat(facts.findings())
        .singleElement()
        .satisfies(each -> assertThat(each.found()).contains("PostgreSQL 17.2, primary"));
  }

  @ParameterizedTest
  @EnumSource(Lack.class)
  void whatABackupNeedsIsAFaultOnlyIfItIsImpossibleWithoutIt(Lack lack) {
    facts.missing = List.of(new Requirement(lack, "what", "fix", false));
    Finding finding = facts.findings().get(1);
    assertThat(finding.fix()).isEqualTo("fix");
    assertThat(finding.cluster()).contains("main");
    boolean advice =
        switch (lack) {
          case FSYNC, CHECKSUMS, SLOT, MAY_MARK_WAL, MAY_READ_ALL -> true;
          default -> false;
        };
    assertThat(finding.severity() == Severity.FAULT).isEqualTo(!advice);
  }

  @Test
  void versionsThatNobodyMendsAreNamedAndThoseThatSoonWillBe() {
    facts.major = 14;
    assertThat(facts.only(DoctorCode.END_OF_LIFE).found()).contains("2026-11-12");
    facts.major = 15;
    assertThat(facts.codes()).isEmpty();
    facts.major = 19;
    assertThat(facts.codes()).isEmpty();
  }

  @Test
  void aPoolInTheWayIsAFault() {
    facts.pooled = true;
    assertThat(facts.only(DoctorCode.POOLED).fix()).contains("port=5432");
  }

  @Test
  void clocksMayDifferByAFewSecondsAndNotMore() {
    facts.ahead = Duration.ofSeconds(-20);
    assertThat(facts.codes()).isEmpty();
    facts.ahead = Duration.ofSeconds(-90);
    assertThat(facts.only(DoctorCode.SERVER_CLOCK).found()).contains("90 s behind");
  }

  @Test
  void rightsForDumpsAreAskedForWhereThereAreDumps() {
    facts.role = new Role("\"back up\"", false, false, false);
    facts.database = new Connected("shop", 3, 0);
    assertThat(facts.codes()).isEmpty();
    facts.dumps = true;
    assertThat(facts.codes()).containsExactly(DoctorCode.MAY_NOT_DUMP, DoctorCode.ROW_SECURITY);
    assertThat(facts.findings())
        .extracting(Finding::fix)
        .contains("GRANT pg_read_all_data TO \"back up\";", "ALTER ROLE \"back up\" BYPASSRLS;");
    facts.role = new Role("backup", false, true, true);
    assertThat(facts.codes()).isEmpty();
  }

  @Test
  void whatARestoreBringsBackOtherwiseIsNoted() {
    facts.database = new Connected("shop", 0, 2);
    assertThat(facts.only(DoctorCode.UNLOGGED_TABLES).found()).contains("2 unlogged");
    facts.database = new Connected("shop", 0, 0);
    facts.tablespaces = List.of("fast");
    assertThat(facts.only(DoctorCode.TABLESPACES).fix()).contains("--tablespace fast=");
  }

  @Test
  void ourSlotIsWatched() {
    facts.ours = new Slot("hf", false, false, "reserved", OptionalLong.of(GIB - 1));
    assertThat(facts.codes()).isEmpty();
    facts.ours = new Slot("hf", false, false, "extended", OptionalLong.of(GIB));
    assertThat(facts.only(DoctorCode.SLOT_GROWING).fix())
        .contains("holdfast wal receive main", "pg_drop_replication_slot('hf')");
    facts.ours = new Slot("hf", false, true, "extended", OptionalLong.of(GIB));
    assertThat(facts.codes()).isEmpty();
    facts.ours = new Slot("hf", false, false, "unreserved", OptionalLong.of(GIB));
    facts.only(DoctorCode.SLOT_UNRESERVED);
  }

  @Test
  void slotsOfOthersThatNobodyReadsAreNamed() {
    facts.others =
        List.of(
            new Slot("busy", true, true, "extended", OptionalLong.of(5 * GIB)),
            new Slot("small", true, false, "reserved", OptionalLong.of(1)),
            new Slot("none", false, false, "", OptionalLong.empty()));
    assertThat(facts.codes()).isEmpty();
    facts.others = List.of(new Slot("it's", true, false, "extended", OptionalLong.of(GIB)));
    assertThat(facts.only(DoctorCode.SLOT_FOREIGN).fix())
        .contains("pg_drop_replication_slot('it''s')");
  }

  @Test
  void whatSlotsMayKeepIsLimitedAndNotTooLittle() {
    facts.limit = "-1";
    facts.only(DoctorCode.SLOT_UNLIMITED);
    facts.limit = "1023";
    facts.only(DoctorCode.SLOT_LIMIT_SMALL);
    facts.limit = "1024";
    assertThat(facts.codes()).isEmpty();
    facts.limit = "-1";
    facts.receives = false;
    facts.ours = new Slot("other", false, true, "reserved", OptionalLong.of(1));
    assertThat(facts.codes()).isEmpty();
  }
}
