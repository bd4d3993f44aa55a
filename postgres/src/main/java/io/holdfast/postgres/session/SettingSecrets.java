package io.holdfast.postgres.session;

import java.util.regex.Pattern;

/** Keeps passwords that stand in settings out of what we store and show. */
final class SettingSecrets {
  private static final Pattern PASSWORD =
      Pattern.compile("(password\\s*=\\s*)('(?:\\\\.|''|[^'])*'|\\S+)", Pattern.CASE_INSENSITIVE);
  private static final Pattern URI_PASSWORD = Pattern.compile("(://[^/@:\\s]*:)[^@\\s]*@");

  private SettingSecrets() {}

  static String masked(String name, String value) {
    if (name.equalsIgnoreCase("ssl_passphrase_command") && !value.isEmpty()) {
      return "********";
    }
    String without = PASSWORD.matcher(value).replaceAll("$1********");
    return URI_PASSWORD.matcher(without).replaceAll("$1********@");
  }
}
