package io.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proofs of real backups of files, which need no server, in an encrypted repository. */
final class SignedProofsTest {
  @TempDir private Path home;

  private CommandScene scene;

  @BeforeEach
  void begin() throws IOException {
    scene = CommandScene.begin(home);
  }

  private String key(String name) throws IOException {
    CommandScene.Ran made =
        scene.succeed("key", "generate", "--signing", home.resolve(name).toString());
    Files.writeString(home.resolve(name + ".pub"), made.out());
    return made.out();
  }

  private static String fingerprint(CommandScene.Ran verified) {
    return verified.out().replaceAll("(?s).*(sha256:[0-9a-f]{64}).*", "$1");
  }

  @Test
  void aSignedProofIsValidForItsKeyAloneAndAnUnsignedOneNever() throws IOException {
    key("signing");
    key("another");
    String mine = home.resolve("signing.pub").toString();
    String others = home.resolve("another.pub").toString();
    assertThat(Files.getPosixFilePermissions(home.resolve("signing"))).hasSize(2);
    scene.succeed("prove", "main");

    CommandScene.Ran unsigned = scene.run("proof", "verify", "--public-key", mine);
    assertThat(unsigned.status()).as("%s", unsigned).isEqualTo(1);
    assertThat(unsigned.out()).contains("unsigned");

    scene.configure("signing-key-file: signing\n");
    scene.succeed("prove", "main");
    CommandScene.Ran valid = scene.succeed("proof", "verify", "--public-key", mine);
    assertThat(valid.out()).contains("valid, signed by sha256:");
    CommandScene.Ran another = scene.run("proof", "verify", "--public-key", others);
    assertThat(another.status()).isEqualTo(1);
    assertThat(another.out()).contains("another key, " + fingerprint(valid));
    assertThat(scene.run("proof", "verify", "--all", "--public-key", mine).status())
        .as("one of two is unsigned")
        .isEqualTo(1);

    CommandScene.Ran unknown = scene.run("proof", "verify");
    assertThat(unknown.status()).isEqualTo(4);
    assertThat(unknown.err()).contains("no public key is known");
  }

  @Test
  void whatIsShownAndExportedNamesTheSignerAndWhetherItHolds() throws IOException {
    key("signing");
    scene.configure("signing-key-file: signing\n");
    scene.succeed("prove", "main");

    assertThat(scene.succeed("proof", "show").out())
        .contains("not checked: no public key is known");
    scene.configure("signing-key-file: signing\nsigning-public-key-file: signing.pub\n");
    String signer = fingerprint(scene.succeed("proof", "verify"));
    assertThat(scene.succeed("proof", "show").out()).contains("valid, signed by " + signer);
    assertThat(scene.succeed("proof", "show", "--format", "json").out())
        .contains("\"state\":\"valid\"", "\"signer\":\"" + signer + "\"");
    assertThat(scene.succeed("proof", "show", "--format", "junit").out())
        .contains("<property name=\"signature\" value=\"valid\"/>", signer);
    assertThat(scene.succeed("proof", "show", "--format", "html").out())
        .contains("Signature: valid, signed by " + signer);
  }

  @Test
  void theGateCountsSignedProofsAloneWhereAKeyIsConfigured() throws IOException {
    key("signing");
    scene.succeed("prove", "main");
    String[] check = {"check", "main", "--proven-within", "1d"};
    scene.succeed(check);

    scene.configure("signing-public-key-file: signing.pub\n");
    CommandScene.Ran refused = scene.run(check);
    assertThat(refused.status()).as("%s", refused).isEqualTo(1);
    assertThat(refused.out()).contains("1 that passed without that signature");

    scene.configure("signing-key-file: signing\nsigning-public-key-file: signing.pub\n");
    scene.succeed("prove", "main");
    scene.succeed(check);
  }

  @Test
  void aKeyThatCannotSignIsSaidBeforeTheProofBegins() throws IOException {
    Path open = Files.writeString(home.resolve("signing"), "-----BEGIN PRIVATE KEY-----\nAAAA\n");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r-----"));
    scene.configure("signing-key-file: signing\nhook: touch ran\n");

    CommandScene.Ran none = scene.run("prove", "main");
    assertThat(none.status()).as("%s", none).isEqualTo(2);
    assertThat(none.err()).contains("expected a private Ed25519 key").doesNotContain("AAAA");
    assertThat(none.out()).isEmpty();
    CommandScene.Ran typed = scene.run("key", "generate", "--signing", open.toString());
    assertThat(typed.status()).as("never over a file").isEqualTo(3);
  }

  @Test
  void aRepositoryThatTakesNoResultIsSaidBeforeTheProofBegins() throws IOException {
    Path documents = home.resolve("repository/clusters/main/documents");
    // A file in its place: also root cannot write below it.
    Files.writeString(documents, "in the way");

    CommandScene.Ran refused = scene.run("prove", "main");
    assertThat(refused.status()).as("%s", refused).isEqualTo(6);
    assertThat(refused.err()).contains("its result could not be kept", "--no-record");
    assertThat(refused.out()).isEmpty();
    assertThat(scene.succeed("prove", "main", "--no-record").out()).contains("PASSED");
  }

  @Test
  void aResultThatIsNotKeptAfterAllIsShownAndTheStatusSaysSo() throws IOException {
    Files.writeString(home.resolve("repository/clusters/main/proofs"), "in the way");

    CommandScene.Ran lost = scene.run("prove", "main");
    assertThat(lost.out()).contains("PASSED");
    assertThat(lost.err()).contains("NOT kept");
    assertThat(lost.status()).isEqualTo(6);
  }
}
