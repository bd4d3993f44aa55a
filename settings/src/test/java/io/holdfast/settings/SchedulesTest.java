package io.holdfast.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.vocabulary.ClusterName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulesTest {
  @TempDir private Path folder;

  private Settings load(String schedules) throws IOException {
    String yaml =
        """
        repository: {path: /r, encryption: none}
        clusters:
          shop: {connection: host=/run}
          crm_eu: {connection: host=/run}
          crm_us: {connection: host=/run}
        schedules:
        """
            + schedules.indent(2);
    return SettingsFile.load(Files.writeString(folder.resolve("holdfast.yaml"), yaml));
  }

  @Test
  void theWholeOfOne() throws IOException {
    ScheduleSettings nightly =
        load("""
        nightly:
          run: backup --kind logical
          when: daily 02:00 Europe/Paris
          clusters: [shop, 'crm_*']
          jitter: 15m
          catch-up: 6h
          retries: 4
          retry-after: 1m
          timeout: 3h
          not-during: [Mo-Fr 08:00-18:00 Europe/Paris]
        """)
            .schedules()
            .getFirst();

    assertThat(nightly.name()).isEqualTo("nightly");
    assertThat(nightly.run()).containsExactly("backup", "--kind", "logical");
    assertThat(nightly.when().after(Instant.parse("2026-11-27T00:00:00Z")))
        .isEqualTo("2026-11-27T01:00:00Z");
    assertThat(nightly.jitter()).isEqualTo(Duration.ofMinutes(15));
    assertThat(nightly.catchUp()).contains(Duration.ofHours(6));
    assertThat(nightly.retries()).isEqualTo(4);
    assertThat(nightly.timeout()).isEqualTo(Duration.ofHours(3));
    assertThat(nightly.notDuring()).hasSize(1);
    assertThat(nightly.concerns(new ClusterName("crm_us"))).isTrue();
    assertThat(nightly.concerns(new ClusterName("other"))).isFalse();
  }

  @Test
  void timesAreMeantInUtcUnlessAZoneIsNamed() throws IOException {
    ScheduleSettings schedule =
        load("daily: {run: prune --yes, when: 0 4 * * *}").schedules().getFirst();

    assertThat(schedule.when().after(Instant.parse("2026-11-27T00:00:00Z")))
        .isEqualTo("2026-11-27T04:00:00Z");
    assertThat(schedule.concerns(new ClusterName("shop"))).isTrue();
  }

  private static final Path ROOM = Path.of("").toAbsolutePath();
  private static final Path PAGE = ROOM.resolveSibling("docs").resolve("operations.md");

  @Test
  void theWeekThatThePageShowsFitsTheEndOfWhatInitWrites() throws IOException {
    Settings settings = afterInit(block(PAGE, "yaml"));

    assertThat(settings.schedules()).hasSize(8);
    assertThat(settings.service().metrics()).isPresent();
    assertThat(settings.notifications().channels()).hasSize(1);
    assertThat(settings.cluster(new ClusterName("main")).retention()).isPresent();
  }

  @Test
  void soDoTheSchedulesOfTheReadme() throws IOException {
    Settings settings = afterInit(block(ROOM.resolveSibling("README.md"), "yaml"));

    assertThat(settings.schedules()).hasSize(3);
    assertThat(settings.notifications().channels()).hasSize(1);
  }

  private Settings afterInit(String block) throws IOException {
    NewSettings made =
        new NewSettings(
            new SiteSettings.Directory(Path.of("/var/lib/holdfast/repository")),
            Encryption.REQUIRED,
            Optional.of(new KeySettings.PassphraseFile(Path.of("/etc/holdfast/passphrase"))),
            new ClusterName("main"),
            "host=/var/run/postgresql user=postgres dbname=postgres",
            ClusterSettings.Source.LOCAL,
            Optional.empty(),
            Optional.empty());
    return SettingsFile.load(
        Files.writeString(folder.resolve("holdfast.yaml"), made.yaml() + block));
  }

  @Test
  void theUnitThatThePageShowsIsTheOneThatShips() throws IOException {
    assertThat(block(PAGE, "ini"))
        .isEqualTo(
            Files.readString(
                ROOM.resolveSibling("distribution").resolve("src/main/share/holdfast.service")));
  }

  /** The first one of that language. */
  private static String block(Path page, String language) throws IOException {
    Matcher block =
        Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(Files.readString(page));
    assertThat(block.find()).isTrue();
    return block.group(1);
  }

  @Test
  void everyFaultIsToldWithItsLine() {
    assertThatThrownBy(() ->
            load(
                """
                a: {run: restore --yes, when: daily 02:00}
                b: {run: prune, when: daily 02:00}
                c: {run: backup shop, when: daily 25:00}
                d: {run: sync offsite, when: every 6h, clusters: [shop]}
                e: {run: backup, when: hourly, not-during: [always]}
                f: {run: "backup; rm -rf x", when: hourly}
                """))
        .isInstanceOfSatisfying(
            SettingsException.class,
            e ->
                assertThat(e.getMessage())
                    .contains("found 'restore'")
                    .contains("expected prune --yes")
                    .contains("found 'shop'")
                    .contains("found 'daily 25:00'")
                    .contains("concerns the whole repository")
                    .contains("found 'always'")
                    .contains("12:"));
  }

  @Test
  void aClusterThatIsNotThereIsAFault() {
    assertThatThrownBy(() -> load("a: {run: backup, when: hourly, clusters: [shpo]}"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("found 'shpo', which means none");
  }

  @Test
  void patternsMeanNames() {
    for (String pattern : List.of("crm_*", "*", "c?m_eu", "crm_eu")) {
      assertThat(ScheduleSettings.fits(pattern, "crm_eu")).as(pattern).isTrue();
    }
    assertThat(ScheduleSettings.fits("crm.eu", "crm_eu")).isFalse();
  }
}
