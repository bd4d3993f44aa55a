package io.holdfast.settings.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.settings.KeySettings;
import io.holdfast.settings.Secrets;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretsTest {
  private static final String PASSPHRASE = "correct horse ä";

  @TempDir Path directory;

  @Test
  void takesAFileWithoutItsLastLineEnd() throws IOException {
    assertThat(inFile(PASSPHRASE + "\n")).isEqualTo(PASSPHRASE);
    assertThat(inFile(PASSPHRASE + "\r\n")).isEqualTo(PASSPHRASE);
    assertThat(inFile(PASSPHRASE)).isEqualTo(PASSPHRASE);
    assertThat(inFile(PASSPHRASE + "\n\n")).isEqualTo(PASSPHRASE + "\n");
    assertThat(inFile(" " + PASSPHRASE + " ")).isEqualTo(" " + PASSPHRASE + " ");
  }

  @Test
  void refusesAFileThatOthersMayUse() throws IOException {
    for (String mode : List.of("rw-rw----", "rw-r--r--", "rw----r--", "rw-----w-")) {
      Path file = file(PASSPHRASE, mode);

      assertThatThrownBy(() -> Secrets.read(new KeySettings.PassphraseFile(file)))
          .as(mode)
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining(mode)
          .hasMessageContaining(file.toString());
      assertThatThrownBy(() -> Secrets.read(new KeySettings.PrivateKeyFile(file)))
          .hasMessageContaining(mode);
    }
  }

  @Test
  void letsOnlyRootShareAFileWithItsGroup() throws IOException {
    Path file = file(PASSPHRASE, "rw-r-----");
    boolean root = Integer.valueOf(0).equals(Files.getAttribute(file, "unix:uid"));
    if (root) {
      assertThat(text(Secrets.read(new KeySettings.PassphraseFile(file)))).isEqualTo(PASSPHRASE);
      Files.setAttribute(file, "unix:uid", 65_534);
    }

    assertThatThrownBy(() -> Secrets.read(new KeySettings.PassphraseFile(file)))
        .hasMessageContaining("rw-r-----");
  }

  @Test
  void refusesWhatIsNoPassphrase() throws IOException {
    assertThatThrownBy(() -> inFile("")).hasMessageContaining("found nothing");
    assertThatThrownBy(() -> inFile("\n")).hasMessageContaining("found nothing");
    assertThatThrownBy(() -> inFile("1234567\n"))
        .hasMessageContaining("at least 8")
        .hasMessageNotContaining("1234567");
    assertThatThrownBy(() -> inFile("x".repeat(70_000))).hasMessageContaining("at most 64 kB");
    assertThatThrownBy(
            () -> Secrets.read(new KeySettings.PassphraseFile(directory.resolve("missing"))))
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> Secrets.read(new KeySettings.PassphraseFile(directory)))
        .hasMessageContaining("directory");
  }

  @Test
  void takesAnEnvironmentVariableWhateverTheLocale() throws Exception {
    for (String locale : List.of("C", "C.UTF-8")) {
      ProcessBuilder child =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx32m",
              "-cp",
              System.getProperty("java.class.path"),
              EnvironmentPrinter.class.getName(),
              "HOLDFAST_TEST_SECRET");
      child.environment().put("LC_ALL", locale);
      child.environment().put("HOLDFAST_TEST_SECRET", PASSPHRASE);
      Process process = child.redirectError(ProcessBuilder.Redirect.INHERIT).start();

      assertThat(process.getInputStream().readAllBytes())
          .as(locale)
          .isEqualTo(PASSPHRASE.getBytes(UTF_8));
      assertThat(process.waitFor()).isZero();
    }
    assertThatThrownBy(
            () -> Secrets.read(new KeySettings.PassphraseEnvironment("HOLDFAST_NOT_SET")))
        .hasMessageContaining("HOLDFAST_NOT_SET")
        .hasMessageContaining("not set");
  }

  @Test
  void takesWhatACommandPrintsWithoutAShell() {
    assertThat(byCommand("printf", "%s\\n", "$HOME; " + PASSPHRASE))
        .isEqualTo("$HOME; " + PASSPHRASE);
  }

  @Test
  void tellsWhyACommandFailedButNotWhatItPrinted() {
    assertThatThrownBy(
            () -> byCommand("sh", "-c", "echo hunter2hunter2; echo no such entry >&2; exit 3"))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("status 3")
        .hasMessageContaining("no such entry")
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> byCommand("/no/such/program"))
        .hasMessageContaining("could not be started");
    assertThatThrownBy(() -> byCommand("true")).hasMessageContaining("found nothing");
    assertThatThrownBy(() -> CommandSecret.read(List.of("sleep", "60"), Duration.ofMillis(50)))
        .hasMessageContaining("did not end");
  }

  private static String byCommand(String... command) {
    return text(Secrets.read(new KeySettings.PassphraseCommand(List.of(command))));
  }

  private String inFile(String content) throws IOException {
    return text(Secrets.read(new KeySettings.PassphraseFile(file(content, "rw-------"))));
  }

  private Path file(String content, String mode) throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static String text(Secret secret) {
    try (secret) {
      return new String(secret.bytes(), UTF_8);
    }
  }
}
