package io.holdfast.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.ServerSession.Setting;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "primary_conninfo,host=a user=b",
    "my_extension.api_key,abc",
    "app.db_password,x",
    "archive_command,AWS_SECRET_ACCESS_KEY=abc aws s3 cp %p s3://b/%f",
    "restore_command,curl https://joe:pw@host/%f -o %p",
    "ssl_passphrase_command,echo x",
  })
  void whatMayHoldASecretIsLeftOut(String name, String value) {
    assertThat(SecretSettings.without(List.of(setting(name, value)))).isEmpty();
  }

  @Test
  void ordinarySettingsStay() {
    List<Setting> ordinary =
        List.of(
            setting("password_encryption", "scram-sha-256"),
            setting("archive_command", "holdfast wal push %p"),
            setting("max_connections", "100"),
            setting("ssl_key_file", "/etc/ssl/private/x.key"));

    assertThat(SecretSettings.without(ordinary)).isEqualTo(ordinary);
  }

  private static Setting setting(String name, String value) {
    return new Setting(name, value, "", "configuration file", false);
  }
}
