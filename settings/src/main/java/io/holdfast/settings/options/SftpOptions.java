package io.holdfast.settings.options;

import io.holdfast.settings.SftpSettings;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** {@code repository.sftp}. */
final class SftpOptions {
  static final String MEANING =
      "A directory on an SFTP server as the place of the repository. The server has to be OpenSSH's,"
          + " or able to do the same; docs/sites.md tells more.";

  private static final int MOST_CONNECTIONS = 16;

  private static final Option<String> HOST =
      Option.required(
          "host",
          Types.text("a host name or address", Pattern.compile("[A-Za-z0-9._:-]{1,253}"), h -> h),
          "backup.example.com",
          "Name or address of the server.");

  private static final Option<Integer> PORT =
      Option.withDefault("port", Types.number(1, 65_535), "22", "Port of the server.");

  private static final Option<String> USER =
      Option.required(
          "user",
          Types.text("the name of a user", Pattern.compile("[A-Za-z0-9._@-]{1,64}"), u -> u),
          "holdfast",
          "User to log in as.");

  private static final Option<String> PATH =
      Option.required(
          "path",
          Types.text(
              "a path on the server, without '..' and '~'",
              Pattern.compile("(?!~)(?!(.*/)?\\.\\.(/|$))[^\\x00-\\x1f\"\\\\]{1,255}"),
              SftpOptions::withoutEnd),
          "/srv/holdfast",
          "Directory on the server; made when missing. One that does not start with '/' is below the"
              + " directory in which the user is after login.");

  private static final Option<String> HOST_KEY =
      Option.optional(
          "host-key",
          Types.text(
              "a public key such as 'ssh-ed25519 AAAA…'",
              Pattern.compile(
                  "(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+={0,2}( .*)?"),
              key -> key),
          "what `known-hosts-file` says",
          "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample",
          "Public key of the server. Another server is refused.");

  private static final Option<Path> KNOWN_HOSTS =
      Option.optional(
          "known-hosts-file",
          Types.path(),
          "~/.ssh/known_hosts",
          "/etc/holdfast/known_hosts",
          "File with the keys of servers, as ssh keeps them. A server that is not in it is refused:"
              + " nobody is asked whether to trust it.");

  private static final Option<Path> IDENTITY =
      Option.optional(
          "identity-file",
          Types.path(),
          "~/.ssh/id_rsa, ~/.ssh/id_ecdsa and ~/.ssh/id_ed25519",
          "/etc/holdfast/id_ed25519",
          "Private key to log in with. Agents, and what ~/.ssh/config says, are not used.");

  private static final String AGAIN = "for each connection";
  private static final SecretOptions PASSPHRASE =
      SecretOptions.to("passphrase", "passphrase of the private key", "sftp-passphrase", AGAIN);
  private static final SecretOptions PASSWORD =
      SecretOptions.to("password", "password, instead of a private key", "sftp-password", AGAIN);

  private static final Option<Integer> CONNECTIONS =
      Option.withDefault(
          "connections",
          Types.number(1, MOST_CONNECTIONS),
          Integer.toString(SftpSettings.CONNECTIONS),
          "How many connections there are at most, at once.");

  private static final Option<Boolean> ALLOW_UNSYNCED =
      Option.withDefault(
          "allow-unsynced",
          Types.flag(),
          "false",
          "true: also a server that cannot be told to write to its disk at once. What it acknowledged"
              + " may be gone after a power cut there: never as the only site.");

  static final Section<SftpSettings> SECTION =
      Section.checked(MEANING, options(), SftpOptions::check, SftpOptions::make);

  private SftpOptions() {}

  private static List<Option<?>> options() {
    List<Option<?>> all =
        new ArrayList<>(List.of(HOST, PORT, USER, PATH, HOST_KEY, KNOWN_HOSTS, IDENTITY));
    all.addAll(PASSPHRASE.options());
    all.addAll(PASSWORD.options());
    all.addAll(List.of(CONNECTIONS, ALLOW_UNSYNCED));
    return List.copyOf(all);
  }

  private static String withoutEnd(String path) {
    String shorter = path.replaceAll("/+$", "");
    return shorter.isEmpty() ? "/" : shorter;
  }

  private static void check(Values values) {
    if (values.isGiven(HOST_KEY) && values.isGiven(KNOWN_HOSTS)) {
      values.fault(KNOWN_HOSTS, "expected either this or 'host-key', found both");
    }
    for (SecretOptions ways : List.of(PASSPHRASE, PASSWORD)) {
      List<String> given = ways.given(values);
      if (given.size() > 1) {
        values.fault("expected at most one of " + String.join(", ", given) + "; found all of them");
      }
    }
    boolean key = values.isGiven(IDENTITY) || !PASSPHRASE.given(values).isEmpty();
    if (key && !PASSWORD.given(values).isEmpty()) {
      values.fault("expected either a private key or a password, found both");
    }
  }

  private static SftpSettings make(Values values) {
    return new SftpSettings(
        values.get(HOST),
        values.get(PORT),
        values.get(USER),
        values.get(PATH),
        values.find(HOST_KEY),
        values.find(KNOWN_HOSTS),
        values.find(IDENTITY),
        PASSPHRASE.find(values),
        PASSWORD.find(values),
        values.get(CONNECTIONS),
        values.get(ALLOW_UNSYNCED));
  }
}
