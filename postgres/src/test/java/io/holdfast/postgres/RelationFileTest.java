package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.RelationFile.Fork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RelationFileTest {
  @Test
  void readsForkAndSegmentFromTheName() {
    assertThat(RelationFile.parse("base/5/16384"))
        .contains(new RelationFile(1663, 5, 16384, Fork.MAIN, 0));
    assertThat(RelationFile.parse("base/5/16384_fsm.12"))
        .contains(new RelationFile(1663, 5, 16384, Fork.FSM, 12));
    assertThat(RelationFile.parse("base/5/16384_vm"))
        .contains(new RelationFile(1663, 5, 16384, Fork.VM, 0));
    assertThat(RelationFile.parse("global/1262"))
        .contains(new RelationFile(1664, 0, 1262, Fork.MAIN, 0));
    assertThat(RelationFile.parse("pg_tblspc/16500/PG_15_202209061/16384/16401_init"))
        .contains(new RelationFile(16500, 16384, 16401, Fork.INIT, 0));
  }

  @Test
  void readsNumbersAboveTwoBillion() {
    RelationFile file = RelationFile.parse("base/4294967295/4294967295").orElseThrow();
    assertThat(Integer.toUnsignedLong(file.database())).isEqualTo(4294967295L);
    assertThat(file.relation()).isEqualTo(4294967295L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "16384",
        "base",
        "base/5",
        "base/16384.1",
        "base/x/16384",
        "base/5/",
        "base/5/PG_VERSION",
        "base/5/pg_filenode.map",
        "base/5/t3_16384",
        "base/5/016384",
        "base/5/0",
        "base/5/16384.0",
        "base/5/16384.01",
        "base/5/16384.",
        "base/5/16384_",
        "base/5/16384_foo",
        "base/5/16384.1_fsm",
        "base/5/4294967296",
        "base/5/99999999999",
        "base/5/16384/1",
        "global/pg_control",
        "mine/5/16384",
        "pg_wal/000000010000000000000001",
        "pg_xact/0000",
        "pg_tblspc/16500/16384",
        "pg_tblspc/16500/PG_15/16384/16401",
        "pg_tblspc/16500/PG_15_x/16384/16401",
        "pg_tblspc/16500/pgsql/16384/16401",
        "/base/5/16384",
        "./base/5/16384"
      })
  void takesNothingElseForARelation(String path) {
    assertThat(RelationFile.parse(path)).isEmpty();
  }
}
