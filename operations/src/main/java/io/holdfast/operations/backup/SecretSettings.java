package io.holdfast.operations.backup;

import io.holdfast.postgres.ServerSession.Setting;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Keeps settings that may hold a password out of manifests. */
public final class SecretSettings {
  private static final Set<String> NAMES = Set.of("primary_conninfo", "ssl_passphrase_command");
  private static final Pattern NAME =
      Pattern.compile("(?i).*(passw|secret|token|api_?key|credential).*");
  private static final Pattern VALUE =
      Pattern.compile(
          "(?is).*((passw|secret|token|access_?key|api_?key|credential)\\w*\\s*[=: ]|://[^/@\\s]*:[^/@\\s]*@).*");
  private static final Set<String> HARMLESS = Set.of("password_encryption");

  private SecretSettings() {}

  public static List<Setting> without(List<Setting> settings) {
    return settings.stream().filter(setting -> !mayHoldSecret(setting)).toList();
  }

  private static boolean mayHoldSecret(Setting setting) {
    if (HARMLESS.contains(setting.name())) {
      return false;
    }
    return NAMES.contains(setting.name())
        || NAME.matcher(setting.name()).matches()
        || VALUE.matcher(setting.value()).matches();
  }
}
