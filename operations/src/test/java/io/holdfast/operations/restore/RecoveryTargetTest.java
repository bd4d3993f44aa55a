package io.holdfast.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.Lsn;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecoveryTargetTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static RecoveryTarget parse(String text) {
    return RecoveryTarget.parse(text, BERLIN, false);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-22 10:00:00+01, 2026-11-22T09:00:00Z",
    "2026-11-22T10:00:00Z, 2026-11-22T10:00:00Z",
    "2026-11-22T10:00:00.123456+01:00, 2026-11-22T09:00:00.123456Z",
    "2026-11-22 10:00 UTC, 2026-11-22T10:00:00Z",
    "2026-11-22 10:00:00 America/New_York, 2026-11-22T15:00:00Z",
    "2026-11-22 10:00:00-0330, 2026-11-22T13:30:00Z",
    "2026-11-22 10:00:00.5 +00, 2026-11-22T10:00:00.500Z",
  })
  void aTimeWithAZoneIsTakenAsItIs(String text, Instant instant) {
    assertThat(parse(text)).isEqualTo(new RecoveryTarget.Moment(instant, true, Optional.empty()));
  }

  @Test
  void aTimeWithoutAZoneIsReadInTheLocalOneAndRemembersThat() {
    assertThat(parse("2026-11-22 10:00:00"))
        .isEqualTo(
            new RecoveryTarget.Moment(
                Instant.parse("2026-11-22T09:00:00Z"), true, Optional.of(BERLIN)));
    assertThat(parse("2026-07-01"))
        .isEqualTo(
            new RecoveryTarget.Moment(
                Instant.parse("2026-06-30T22:00:00Z"), true, Optional.of(BERLIN)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-03-29 02:30:00", "2026-10-25 02:30:00"})
  void aClockReadingThatIsSkippedOrThereTwiceIsRefused(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("change of the clock in Europe/Berlin");
    assertThat(parse(text + "+02")).isInstanceOf(RecoveryTarget.Moment.class);
  }

  @Test
  void theOtherFormsAreRead() {
    assertThat(parse("latest")).isEqualTo(new RecoveryTarget.Latest());
    assertThat(parse("Immediate")).isEqualTo(new RecoveryTarget.Immediate());
    assertThat(parse("0/500EFC8"))
        .isEqualTo(new RecoveryTarget.Position(Lsn.parse("0/500EFC8"), true));
    assertThat(parse("16/b374d848"))
        .isEqualTo(new RecoveryTarget.Position(Lsn.parse("16/B374D848"), true));
    assertThat(parse("xid:751")).isEqualTo(new RecoveryTarget.Transaction(751, true));
    assertThat(parse("name:before the Flood, 2"))
        .isEqualTo(new RecoveryTarget.Named("before the Flood, 2"));
  }

  @Test
  void exclusiveGoesWithTimeLsnAndXidOnly() {
    assertThat(RecoveryTarget.parse("xid:751", BERLIN, true))
        .isEqualTo(new RecoveryTarget.Transaction(751, false));
    assertThat(RecoveryTarget.parse("0/1", BERLIN, true))
        .isEqualTo(new RecoveryTarget.Position(new Lsn(1), false));
    assertThat(RecoveryTarget.parse("2026-11-22 10:00Z", ZoneOffset.UTC, true))
        .isEqualTo(
            new RecoveryTarget.Moment(
                Instant.parse("2026-11-22T10:00:00Z"), false, Optional.empty()));
    for (String other : new String[] {"latest", "immediate", "name:x"}) {
      assertThatThrownBy(() -> RecoveryTarget.parse(other, BERLIN, true))
          .hasMessageContaining("--exclusive has no meaning");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2026-13-01",
        "2026-11-22 25:00",
        "2026-11-22 10:00:00.1234567Z",
        "2026-11-22 10:00 Mars/Olympus",
        "0/",
        "0/123456789",
        "xid:",
        "xid:2",
        "xid:-4",
        "xid:99999999999999999999999",
        "name:",
        "751",
      })
  void everythingElseIsAUsageErrorWithTheForms(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> {
              assertThat(e.status()).isEqualTo(ExitStatus.USAGE);
              assertThat(e.hint()).get().asString().contains("xid:751");
            });
  }

  @Test
  void aRestorePointNameIsMeasuredInBytes() {
    assertThat(parse("name:" + "x".repeat(63))).isInstanceOf(RecoveryTarget.Named.class);
    assertThatThrownBy(() -> parse("name:" + "ü".repeat(32))).hasMessageContaining("63 bytes");
  }
}
