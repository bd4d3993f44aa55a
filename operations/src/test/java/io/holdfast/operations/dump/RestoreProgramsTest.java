package io.holdfast.operations.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.vocabulary.HoldfastException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestoreProgramsTest {
  @ParameterizedTest
  @CsvSource({"14,14,14", "16,15,15", "16,16,18", "17,17,17", "18,15,18"})
  void programsThatTheServerUnderstandsAreTaken(int programs, int dump, int server) {
    assertThatCode(() -> RestorePrograms.requireFit(programs, dump, server))
        .doesNotThrowAnyException();
  }

  @Test
  void aNewerPgRestoreThanAnOldServerBearsIsRefusedWithTheWayOut() {
    assertThatThrownBy(() -> RestorePrograms.requireFit(18, 15, 15))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> assertThat(e.hint().orElseThrow()).contains("postgresql-client-15"))
        .hasMessageContaining("PostgreSQL 15 with pg_restore 18");
    assertThatThrownBy(() -> RestorePrograms.requireFit(18, 18, 16))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> assertThat(e.hint().orElseThrow()).contains("--format plain"));
  }
}
