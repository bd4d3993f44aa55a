package io.holdfast.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.vocabulary.ClusterName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NewSettingsTest {
  @TempDir Path directory;

  @Test
  void areReadBackAsTheyWereWritten() throws IOException {
    for (KeySettings key :
        List.of(
            new KeySettings.PassphraseFile(Path.of("/etc/my pass: #1")),
            new KeySettings.PassphraseEnvironment("PASS"),
            new KeySettings.PassphraseCommand(List.of("pass", "show \"it\"", "- x", "007", "")),
            new KeySettings.PrivateKeyFile(Path.of("/k\\ey")))) {
      if (key instanceof KeySettings.PassphraseCommand) {
        key = new KeySettings.PassphraseCommand(List.of("pass", "show \"it\"", "- x", "007"));
      }
      NewSettings written =
          new NewSettings(
              new SiteSettings.Directory(Path.of("/repo/ä ö")),
              Encryption.REQUIRED,
              Optional.of(key),
              new ClusterName("0815"),
              "host=/run user='it\\'s' dbname=\"x\"\u2028",
              ClusterSettings.Source.SQL,
              Optional.of(Path.of("/data: yes")),
              Optional.of(Path.of("true")));
      Settings read = load(written.yaml());

      assertThat(read.repository().site()).isEqualTo(written.repository());
      assertThat(read.repository().encryption()).isEqualTo(Encryption.REQUIRED);
      assertThat(read.repository().key()).contains(key);
      ClusterSettings cluster = read.cluster(written.cluster());
      assertThat(cluster.connection()).isEqualTo(written.connection());
      assertThat(cluster.source()).isEqualTo(written.source());
      assertThat(cluster.dataDirectory()).isEqualTo(written.dataDirectory());
      assertThat(cluster.binDirectory()).contains(directory.resolve("true"));
    }
  }

  @Test
  void mayBeWithoutEncryption() throws IOException {
    Settings read = load(plain().yaml());

    assertThat(read.repository().encryption()).isEqualTo(Encryption.NONE);
    assertThat(read.repository().key()).isEmpty();
  }

  @Test
  void showOptionsThatWorkWhenTheirHashIsTakenAway() throws IOException {
    String all =
        plain()
            .yaml()
            .replaceAll("(?m)^( *)#(?! )", "$1")
            .replaceAll("(?ms)^  s3:\n.*?(?=^  # required: a)", "")
            .replace("encryption: none", "encryption: required")
            .replaceAll(
                "(?m)^ *(passphrase-env|passphrase-command|private-key-file|token-env|token-command):.*\n",
                "");
    Settings read = load(all);

    assertThat(all).doesNotContain("#key");
    assertThat(read.repository().key())
        .contains(new KeySettings.PassphraseFile(Path.of("/etc/holdfast/passphrase")));
    ClusterSettings cluster = read.cluster(new ClusterName("main"));
    assertThat(cluster.backup()).isEqualTo(load(plain().yaml()).cluster(cluster.name()).backup());
    assertThat(cluster.wal().spoolDirectory()).isEqualTo(Path.of("/var/lib/holdfast/spool/main"));
  }

  @Test
  void mayNameABucket() throws IOException {
    SiteSettings bucket =
        NewSettings.bucket(
            "s3://example-backups/a/b/",
            Optional.of(URI.create("http://127.0.0.1:9000")),
            Optional.of("eu-central-1"));

    assertThat(load(over(bucket).yaml()).repository().site()).isEqualTo(bucket);
    SiteSettings plain = NewSettings.bucket("s3://b01", Optional.empty(), Optional.empty());
    assertThat(load(over(plain).yaml()).repository().site()).isEqualTo(plain);
    assertThat(plain.description()).isEqualTo("s3://b01");
    assertThat(bucket.description()).isEqualTo("s3://example-backups/a/b (http://127.0.0.1:9000)");
    for (String wrong : List.of("s3:/b01", "s3://", "s3://b01//", "s3://u:p@b01", "s3://b01/a b")) {
      assertThatThrownBy(() -> NewSettings.bucket(wrong, Optional.empty(), Optional.empty()))
          .as(wrong)
          .hasMessageContaining("expected s3://BUCKET");
    }
  }

  @Test
  void mayNameAServer() throws IOException {
    SiteSettings server = NewSettings.server("sftp://me@backup.example.com:2222/srv/hold fast/");

    assertThat(load(over(server).yaml()).repository().site()).isEqualTo(server);
    assertThat(server.description()).isEqualTo("sftp://me@backup.example.com:2222/srv/hold fast");
    SiteSettings below = NewSettings.server("sftp://me@[::1]/~/holdfast");
    assertThat(load(over(below).yaml()).repository().site()).isEqualTo(below);
    assertThat(below.description()).isEqualTo("sftp://me@[::1]/~/holdfast");
    for (String wrong :
        List.of(
            "sftp:/x",
            "sftp://host/x",
            "sftp://me:hunter2hunter2@host/x",
            "sftp://me@host",
            "sftp://me@host/",
            "sftp://me@host/a/../b")) {
      assertThatThrownBy(() -> NewSettings.server(wrong))
          .as(wrong)
          .hasMessageContaining("expected sftp://USER@HOST/PATH")
          .hasMessageNotContaining("hunter2");
    }
  }

  @Test
  void stayWithinTheWidthOfATerminal() {
    assertThat(plain().yaml().lines().filter(line -> line.length() > 100)).isEmpty();
  }

  private static NewSettings plain() {
    return over(new SiteSettings.Directory(Path.of("/repo")));
  }

  private static NewSettings over(SiteSettings site) {
    return new NewSettings(
        site,
        Encryption.NONE,
        Optional.empty(),
        new ClusterName("main"),
        "host=/run",
        ClusterSettings.Source.LOCAL,
        Optional.empty(),
        Optional.empty());
  }

  private Settings load(String yaml) throws IOException {
    return SettingsFile.load(Files.writeString(directory.resolve("holdfast.yaml"), yaml));
  }
}
