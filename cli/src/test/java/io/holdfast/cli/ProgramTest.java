package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.terminal.Captured;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.PostgresMajor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-22T08:17:00Z"));

  private final Captured captured = Captured.pipes();

  @TempDir private Path scratch;

  private int run(String... words) {
    return new Program(captured.streams(), CLOCK, () -> false).run(words);
  }

  @Test
  void helpOfEveryCommandGoesToStdout() {
    assertThat(run("backups", "delete", "--help")).isZero();
    assertThat(captured.out()).contains("Usage: holdfast backups delete", "--leftovers", "--json");
    assertThat(captured.err()).isEmpty();
  }

  @Test
  void theVersionIsToldWithThoseOfPostgresqlThatItIsFor() {
    assertThat(run("--version")).isZero();
    assertThat(captured.out().lines().toList())
        .satisfiesExactly(
            version -> assertThat(version).matches("holdfast [0-9].*"),
            servers ->
                assertThat(servers)
                    .isEqualTo(
                        "for PostgreSQL %d to %d",
                        PostgresMajor.V14.number(), PostgresMajor.newest().number()));
    assertThat(captured.err()).isEmpty();
  }

  @Test
  void aMistypedCommandIsAnsweredWithTheNearestOnes() {
    assertThat(run("backup-list")).isEqualTo(2);
    assertThat(captured.out()).isEmpty();
    assertThat(captured.err()).contains("'backup-list'", "HINT: Did you mean", "backup");
  }

  @Test
  void aMissingOptionIsNamed() {
    assertThat(run("restore", "main")).isEqualTo(2);
    assertThat(captured.err()).contains("--to", "HINT: 'holdfast restore --help'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "demo --data-size 1XB | --data-size | expected a size such as 64MiB, found '1XB'",
        "backup main -j 0 | --jobs | from 1 to 64, found '0'",
        "backup main -j 1000 | --jobs | from 1 to 64, found '1000'",
        "backup main --max-rate fast | --max-rate | expected a size such as 64MiB, found 'fast'",
        "verify main -j many | --jobs | from 1 to 64, found 'many'",
        "restore main --to x -j 65 | --jobs | from 1 to 64, found '65'",
        "restore main --to x --port 99999 | --port | from 1 to 65535, found '99999'",
        "restore main --to x --timeline 0 | --timeline | found '0'"
      })
  void aValueThatCannotBeIsATypingError(String words, String option, String expectedAndFound) {
    assertThat(run(words.split(" "))).isEqualTo(2);
    assertThat(captured.err())
        .contains("option '", option, expectedAndFound, "--help'")
        .doesNotContain("Exception", "fault in Holdfast");
  }

  @Test
  void theClusterAfterReadDataIsNotItsValue() throws IOException {
    Path config = scratch.resolve("holdfast.yaml");
    initialise(config);

    assertThat(run("-c", config.toString(), "verify", "--read-data", "nowhere")).isEqualTo(2);
    assertThat(captured.err()).contains("nowhere").doesNotContain("is not a share");
    assertThat(run("-c", config.toString(), "verify", "--read-data=0%", "main")).isEqualTo(2);
    assertThat(captured.err()).contains("'0%' is not a share");
  }

  @Test
  void readDataNeedsNoValue() throws IOException {
    Path config = scratch.resolve("holdfast.yaml");
    initialise(config);

    assertThat(run("-c", config.toString(), "verify", "main")).isEqualTo(4);
    assertThat(run("-c", config.toString(), "verify", "main", "--read-data")).isEqualTo(4);
    assertThat(run("-c", config.toString(), "verify", "--read-data", "--wal")).isEqualTo(4);
    assertThat(run("-c", config.toString(), "verify", "--read-data", "main")).isEqualTo(4);
  }

  @Test
  void aMomentInTheFutureIsCalledThat() throws IOException {
    Path config = scratch.resolve("holdfast.yaml");
    initialise(config);
    String to = scratch.resolve("restored").toString();

    assertThat(
            run(
                "-c",
                config.toString(),
                "restore",
                "main",
                "--to",
                to,
                "--at",
                "2027-01-01 00:00+00"))
        .isNotZero();
    assertThat(captured.err()).contains("lies in the future", "--at latest");
  }

  @Test
  void aDemoThatWouldFillTheDiskIsRefusedBeforeItBegins() {
    assertThat(run("demo", "--data-size", "900000TB")).isEqualTo(3);
    assertThat(captured.err())
        .contains("4 times that as free space, found", "HINT: Choose a smaller --data-size");
  }

  @Test
  void aWordThatOnlyGroupsCommandsSaysWhichThereAre() {
    assertThat(run("backups")).isEqualTo(2);
    assertThat(captured.err())
        .contains("'holdfast backups' needs one of list, show, pin, unpin, delete, undelete");
  }

  @Test
  void aPruneThatContradictsItselfIsRefusedBeforeAnythingIsLookedAt() {
    assertThat(run("prune", "--yes", "--dry-run")).isEqualTo(2);
    assertThat(captured.err()).contains("expected --yes or --dry-run, found both");
    assertThat(run("prune", "--yes", "--preview", "365d")).isEqualTo(2);
    assertThat(run("prune", "--every", "1d")).isEqualTo(2);
    assertThat(run("prune", "--preview", "1y")).isEqualTo(2);
    assertThat(captured.err()).contains("12h, 365d, 4w");
    assertThat(run("backups", "pin", "x", "--reason", "r", "--until", "tomorrow")).isEqualTo(2);
    assertThat(captured.err()).contains("2027-06-30");
    assertThat(run("backups", "pin", "x", "--reason", "r", "--until", "2001-01-01")).isEqualTo(2);
    assertThat(captured.err()).contains("expected a moment to come");
  }

  @Test
  void failuresAreJsonOnStdoutWhenAsked() throws IOException {
    Path missing = scratch.resolve("none.yaml");

    assertThat(run("--json", "--config", missing.toString(), "backups", "list")).isEqualTo(2);
    assertThat(captured.out())
        .startsWith("{\"error\":{\"status\":\"USAGE\",\"exit\":2,\"message\":\"could not read")
        .contains("\"hint\":\"")
        .endsWith("}}\n");
    assertThat(captured.err()).isEmpty();
  }

  @Test
  void misuseIsJsonOnStdoutToo() {
    assertThat(run("backups", "list", "--nonsense", "--json")).isEqualTo(2);
    assertThat(captured.out())
        .startsWith("{\"error\":{\"status\":\"USAGE\"")
        .contains("--nonsense");
  }

  @Test
  void initWithNobodyToAskNamesTheMissingOption() {
    Path config = scratch.resolve("holdfast.yaml");

    assertThat(run("init", "--config", config.toString())).isEqualTo(2);
    assertThat(captured.err()).contains("missing option: --connection");
    assertThat(config).doesNotExist();
  }

  @Test
  void initWritesConfigurationPassphraseAndRepositoryEvenIfTheServerIsDown() throws IOException {
    Path config = scratch.resolve("holdfast.yaml");

    assertThat(initialise(config)).isEqualTo(1);

    assertThat(captured.out()).contains("wrote " + config, "random passphrase", "FAULT");
    Path passphrase = scratch.resolve("holdfast.passphrase");
    assertThat(Files.getPosixFilePermissions(passphrase)).hasSize(2);
    assertThat(Files.readString(passphrase)).hasSizeGreaterThan(30);
    assertThat(captured.out()).doesNotContain(Files.readString(passphrase).strip());
    assertThat(run("--config", config.toString(), "key", "check")).isZero();
  }

  @Test
  void initNeverOverwritesAConfiguration() throws IOException {
    Path config = Files.writeString(scratch.resolve("holdfast.yaml"), "mine");

    assertThat(initialise(config)).isEqualTo(3);
    assertThat(config).hasContent("mine");
    assertThat(scratch.resolve("repository")).doesNotExist();
  }

  @Test
  void initAttachesToARepositoryThatTheKeyOpens() throws IOException {
    Path config = scratch.resolve("holdfast.yaml");
    initialise(config);
    Files.delete(config);

    initialise(config);

    assertThat(captured.out()).contains("found the encrypted repository");
  }

  @Test
  void keysAreAddedProvenAndRemoved() throws IOException {
    Path config = scratch.resolve("holdfast.yaml");
    initialise(config);
    Path key = scratch.resolve("key");

    assertThat(run("key", "generate", key.toString())).isZero();
    String recipient = captured.out().lines().toList().getLast();
    assertThat(Files.getPosixFilePermissions(key)).hasSize(2);
    assertThat(run("key", "generate", key.toString())).isEqualTo(3);
    assertThat(run("-c", config.toString(), "key", "add", "--recipient", recipient)).isZero();

    Files.writeString(
        config,
        Files.readString(config)
            .replaceFirst("\n    passphrase-file: .*", "\n    private-key-file: " + key));
    assertThat(run("-c", config.toString(), "key", "check")).isZero();
    assertThat(captured.out()).contains("(x25519)");

    String slot = captured.out().replaceAll("(?s).*by slot (\\w+) \\(x25519.*", "$1");
    assertThat(run("-c", config.toString(), "key", "remove", slot)).isEqualTo(3);
    assertThat(captured.err()).contains("this host opens the repository", "--force");
  }

  @Test
  void theRecoveryKitTellsTheSecretOnlyWhenTold() throws IOException {
    Path config = scratch.resolve("holdfast.yaml");
    initialise(config);
    String secret = Files.readString(scratch.resolve("holdfast.passphrase")).strip();

    assertThat(run("-c", config.toString(), "key", "recovery-kit")).isZero();
    assertThat(captured.out()).contains("HOLDFAST RECOVERY KIT").doesNotContain(secret);
    assertThat(run("-c", config.toString(), "key", "recovery-kit", "--with-secret")).isZero();
    assertThat(captured.out()).contains(secret);
  }

  /** Nothing is taken from this host but the repository and what the kit says. */
  @Test
  void theRecoveryKitIsEnoughOnAnotherHost() throws IOException {
    Path config = scratch.resolve("holdfast.yaml");
    initialise(config);
    assertThat(run("-c", config.toString(), "key", "recovery-kit", "--with-secret")).isZero();
    String kit = captured.out();
    Files.delete(config);
    Files.delete(scratch.resolve("holdfast.passphrase"));

    Path passphrase = Files.writeString(scratch.resolve("typed-in"), between(kit, "--> ", " <--"));
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    String yaml =
        between(kit, "3. Write holdfast.yaml:\n", "  4. ")
            .replaceAll("(?m)^ {5}", "")
            .replaceAll("passphrase-file: .*", "passphrase-file: " + passphrase);
    Path fresh = Files.writeString(scratch.resolve("fresh.yaml"), yaml);
    assertThat(run("-c", fresh.toString(), "key", "check")).isZero();
    assertThat(run("-c", fresh.toString(), "backups", "list", "main")).isZero();
  }

  /** Whoever can write to the site must not get the next backup in clear. */
  @Test
  void aRepositoryThatIsSuddenlyUnencryptedIsRefused() throws IOException {
    Path config = scratch.resolve("holdfast.yaml");
    initialise(config);
    Path place = scratch.resolve("repository");
    Files.move(place, scratch.resolve("taken-away"));
    Repository.create(Storages.local(place), new KeySource.None(), "", CLOCK).close();

    assertThat(run("-c", config.toString(), "backups", "list", "main")).isEqualTo(3);
    assertThat(captured.err()).contains("is not encrypted, but encryption is required");
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start) + start.length();
    return text.substring(from, text.indexOf(end, from));
  }

  private int initialise(Path config) {
    return run(
        "init",
        "--config",
        config.toString(),
        "--repository",
        scratch.resolve("repository").toString(),
        "--connection",
        "host=" + scratch + " port=1 user=nobody dbname=postgres");
  }
}
