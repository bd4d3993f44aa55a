package io.holdfast.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BackupLabelTest {
  private static final String REAL =
      """
      START WAL LOCATION: 0/9000028 (file 0000000A0000000000000009)
      CHECKPOINT LOCATION: 0/9000060
      BACKUP METHOD: streamed
      BACKUP FROM: primary
      START TIME: 2026-11-22 06:23:56 UTC
      LABEL: of: größe
      START TIMELINE: 10
      """;

  @Test
  void readsALabelAsTheServerWritesIt() {
    assertThat(parse(REAL))
        .isEqualTo(
            new BackupLabel(
                Lsn.parse("0/9000028"),
                "0000000A0000000000000009",
                Lsn.parse("0/9000060"),
                10,
                false,
                "of: größe"));
  }

  @Test
  void knowsAStandby() {
    assertThat(parse(REAL.replace("primary", "standby")).fromStandby()).isTrue();
  }

  @Test
  void readsAnEmptyLabel() {
    assertThat(parse(REAL.replace("of: größe", "")).label()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "START WAL LOCATION",
        "CHECKPOINT LOCATION",
        "BACKUP FROM",
        "START TIMELINE",
      })
  void namesTheLineThatIsMissing(String key) {
    assertThatThrownBy(() -> parse(REAL.replace(key, "X")))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("'" + key + "'");
  }

  @Test
  void refusesATimelineThatIsNotTheSegments() {
    assertThatThrownBy(() -> parse(REAL.replace("TIMELINE: 10", "TIMELINE: 16")))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("found 16");
    assertThatThrownBy(() -> parse(REAL.replace("TIMELINE: 10", "TIMELINE: 9999999999")))
        .isInstanceOf(PostgresException.class);
  }

  private static BackupLabel parse(String text) {
    return BackupLabel.parse(text.getBytes(UTF_8));
  }
}
