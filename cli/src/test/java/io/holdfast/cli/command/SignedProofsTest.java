package io.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.Program;
import io.holdfast.cli.terminal.Captured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proofs of real backups of files, which need no server, in an encrypted repository. */
final class SignedProofsTest {
  @TempDir private Path home;

  private Instant now = Instant.parse("2026-11-22T08:17:00Z");

  private record Ran(int status, String out, String err) {}

  private Ran run(String... words) {
    Captured captured = Captured.pipes();
    String[] all = new String[words.length + 2];
    all[0] = "-c";
    all[1] = home.resolve("holdfast.yaml").toString();
    System.arraycopy(words, 0, all, 2, words.length);
    now = now.plusSeconds(1);
    InstantSource clock = () -> now;
    int status = new Program(captured.streams(), clock, () -> false).run(all);
    return new Ran(status, captured.out(), captured.err());
  }

  private Ran succeed(String... words) {
    Ran ran = run(words);
    assertThat(ran.status()).as("%s: %s", String.join(" ", words), ran).isZero();
    return ran;
  }

  private void configure(String... prove) {
    String yaml =
        """
        repository:
          path: repository
          key: {passphrase-file: passphrase}
        clusters:
          main:
            connection: host=/nowhere
            files: {directories: ["%s"]}
            prove:
              scratch-directory: scratch
        """
            .formatted(home.resolve("uploads"));
    try {
      Files.writeString(home.resolve("holdfast.yaml"), yaml + String.join("", prove).indent(6));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String key(String name) throws IOException {
    Ran made = succeed("key", "generate", "--signing", home.resolve(name).toString());
    Files.writeString(home.resolve(name + ".pub"), made.out());
    return made.out();
  }

  /** With one backup, and a repository made by hand: init wants a server. */
  private void begin() throws IOException {
    // The account of the copy's server has to get to the scratch directory.
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path passphrase = Files.writeString(home.resolve("passphrase"), "a long enough passphrase\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    Files.createDirectories(home.resolve("uploads"));
    Files.writeString(home.resolve("uploads/one.txt"), "one");
    Files.createDirectories(home.resolve("scratch"));
    RepositoryOnDisk.create(home.resolve("repository"), passphrase);
    configure();
    succeed("backup", "main", "--kind", "files");
  }

  private static String fingerprint(Ran verified) {
    return verified.out().replaceAll("(?s).*(sha256:[0-9a-f]{64}).*", "$1");
  }

  @Test
  void aSignedProofIsValidForItsKeyAloneAndAnUnsignedOneNever() throws IOException {
    begin();
    key("signing");
    key("another");
    String mine = home.resolve("signing.pub").toString();
    String others = home.resolve("another.pub").toString();
    assertThat(Files.getPosixFilePermissions(home.resolve("signing"))).hasSize(2);
    succeed("prove", "main");

    Ran unsigned = run("proof", "verify", "--public-key", mine);
    assertThat(unsigned.status()).as("%s", unsigned).isEqualTo(1);
    assertThat(unsigned.out()).contains("unsigned");

    configure("signing-key-file: signing\n");
    succeed("prove", "main");
    Ran valid = succeed("proof", "verify", "--public-key", mine);
    assertThat(valid.out()).contains("valid, signed by sha256:");
    Ran another = run("proof", "verify", "--public-key", others);
    assertThat(another.status()).isEqualTo(1);
    assertThat(another.out()).contains("another key, " + fingerprint(valid));
    assertThat(run("proof", "verify", "--all", "--public-key", mine).status())
        .as("one of two is unsigned")
        .isEqualTo(1);

    Ran unknown = run("proof", "verify");
    assertThat(unknown.status()).isEqualTo(4);
    assertThat(unknown.err()).contains("no public key is known");
  }

  @Test
  void whatIsShownAndExportedNamesTheSignerAndWhetherItHolds() throws IOException {
    begin();
    key("signing");
    configure("signing-key-file: signing\n");
    succeed("prove", "main");

    assertThat(succeed("proof", "show").out()).contains("not checked: no public key is known");
    configure("signing-key-file: signing\nsigning-public-key-file: signing.pub\n");
    String signer = fingerprint(succeed("proof", "verify"));
    assertThat(succeed("proof", "show").out()).contains("valid, signed by " + signer);
    assertThat(succeed("proof", "show", "--format", "json").out())
        .contains("\"state\":\"valid\"", "\"signer\":\"" + signer + "\"");
    assertThat(succeed("proof", "show", "--format", "junit").out())
        .contains("<property name=\"signature\" value=\"valid\"/>", signer);
    assertThat(succeed("proof", "show", "--format", "html").out())
        .contains("Signature: valid, signed by " + signer);
  }

  @Test
  void theGateCountsSignedProofsAloneWhereAKeyIsConfigured() throws IOException {
    begin();
    key("signing");
    succeed("prove", "main");
    String[] check = {"check", "main", "--proven-within", "1d"};
    succeed(check);

    configure("signing-public-key-file: signing.pub\n");
    Ran refused = run(check);
    assertThat(refused.status()).as("%s", refused).isEqualTo(1);
    assertThat(refused.out()).contains("1 that passed without that signature");

    configure("signing-key-file: signing\nsigning-public-key-file: signing.pub\n");
    succeed("prove", "main");
    succeed(check);
  }

  @Test
  void aKeyThatCannotSignIsSaidBeforeTheProofBegins() throws IOException {
    begin();
    Path open = Files.writeString(home.resolve("signing"), "-----BEGIN PRIVATE KEY-----\nAAAA\n");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r-----"));
    configure("signing-key-file: signing\nhook: touch ran\n");

    Ran none = run("prove", "main");
    assertThat(none.status()).as("%s", none).isEqualTo(2);
    assertThat(none.err()).contains("expected a private Ed25519 key").doesNotContain("AAAA");
    assertThat(none.out()).isEmpty();
    Ran typed = run("key", "generate", "--signing", open.toString());
    assertThat(typed.status()).as("never over a file").isEqualTo(3);
  }

  @Test
  void aRepositoryThatTakesNoResultIsSaidBeforeTheProofBegins() throws IOException {
    begin();
    Path documents = home.resolve("repository/clusters/main/documents");
    // A file in its place: also root cannot write below it.
    Files.writeString(documents, "in the way");

    Ran refused = run("prove", "main");
    assertThat(refused.status()).as("%s", refused).isEqualTo(6);
    assertThat(refused.err()).contains("its result could not be kept", "--no-record");
    assertThat(refused.out()).isEmpty();
    assertThat(succeed("prove", "main", "--no-record").out()).contains("PASSED");
  }

  @Test
  void aResultThatIsNotKeptAfterAllIsShownAndTheStatusSaysSo() throws IOException {
    begin();
    Files.writeString(home.resolve("repository/clusters/main/proofs"), "in the way");

    Ran lost = run("prove", "main");
    assertThat(lost.out()).contains("PASSED");
    assertThat(lost.err()).contains("NOT kept");
    assertThat(lost.status()).isEqualTo(6);
  }
}
