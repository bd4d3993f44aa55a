package io.holdfast.postgres.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTargetTest {
  @TempDir Path folder;

  private static ConnectionTarget target(String conninfo, Map<String, String> environment) {
    return ConnectionTarget.resolve(ConnectionString.parse(conninfo), environment);
  }

  private Path file(String name, String mode, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  @Test
  void whatIsGivenWinsOverTheServiceAndThatOverTheEnvironment() throws IOException {
    Path services =
        file("services", "rw-r--r--", "[other]\nhost=x\n# comment\n[shop]\nhost=b\nport=2\n");
    Map<String, String> environment =
        Map.of(
            "PGSERVICEFILE", services.toString(), "PGHOST", "c", "PGPORT", "3", "PGUSER", "envy");
    assertThat(target("service=shop host=a", environment).description())
        .isEqualTo("a:2/envy as envy");
    assertThat(target("", environment).description()).isEqualTo("c:3/envy as envy");
    assertThatThrownBy(() -> target("service=nope", environment))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("nope");
  }

  @Test
  void aPasswordFileIsReadAsLibpqReadsIt() throws IOException {
    Path passwords =
        file(
            "pgpass",
            "rw-------",
            "# comment\nh:5432:other:u:wrong\nh:5432:*:u:a\\:b:c\n*:*:*:*:fallback\n");
    assertThat(password("host=h user=u dbname=d passfile=" + passwords)).isEqualTo("a:b:c");
    assertThat(password("host=h port=1 user=u dbname=d passfile=" + passwords))
        .isEqualTo("fallback");
  }

  @Test
  void aPasswordFileThatOthersMayReadIsNotUsed() throws IOException {
    Path passwords = file("pgpass", "rw-r--r--", "*:*:*:*:secret\n");
    ConnectionTarget target = target("host=h user=u passfile=" + passwords, Map.of());
    assertThat(target.properties().getProperty("password")).isNull();
    assertThat(target.passwordAdvice()).contains("chmod 600");
  }

  @Test
  void thePasswordOfTheEnvironmentIsUsedAndNotDescribed() {
    ConnectionTarget target = target("host=h user=u", Map.of("PGPASSWORD", "hush"));
    assertThat(target.properties().getProperty("password")).isEqualTo("hush");
    assertThat(target.description() + target.passwordAdvice()).doesNotContain("hush");
  }

  @Test
  void aHostThatIsADirectoryMeansTheSocketInIt() {
    ConnectionTarget target = target("host=/run/pg port=6000", Map.of());
    assertThat(target.socket()).contains(Path.of("/run/pg/.s.PGSQL.6000"));
    assertThat(target.properties().getProperty("sslmode")).isEqualTo("disable");
  }

  @Test
  void tlsAndTargetSettingsReachTheDriver() {
    Properties properties =
        target(
                "host=a,b port=1,2 sslmode=verify-full sslrootcert=/ca channel_binding=require"
                    + " target_session_attrs=standby",
                Map.of())
            .properties();
    assertThat(properties)
        .containsEntry("PGHOST", "a,b")
        .containsEntry("PGPORT", "1,2")
        .containsEntry("sslmode", "verify-full")
        .containsEntry("sslrootcert", "/ca")
        .containsEntry("channelBinding", "require")
        .containsEntry("targetServerType", "secondary");
  }

  private static String password(String conninfo) {
    return target(conninfo, Map.of()).properties().getProperty("password", "none");
  }
}
