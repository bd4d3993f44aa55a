package io.holdfast.cli.wiring;

import io.holdfast.settings.SecretReference;
import io.holdfast.settings.Secrets;
import io.holdfast.settings.SftpSettings;
import io.holdfast.sftp.SftpSite;
import io.holdfast.sftp.SftpSite.HostKey;
import io.holdfast.sftp.SftpSite.Login;
import io.holdfast.sftp.SftpSites;
import io.holdfast.storage.Storage;
import java.nio.file.Path;
import java.util.List;

/** Opens SFTP servers. A class of its own, so that nothing of the library is loaded without one. */
final class Servers {
  /** What ssh tries, in its order. */
  private static final List<String> USUAL_KEYS = List.of("id_rsa", "id_ecdsa", "id_ed25519");

  private Servers() {}

  static Storage open(SftpSettings settings) {
    return SftpSites.open(
        new SftpSite(
            settings.host(),
            settings.port(),
            settings.user(),
            settings.path(),
            hostKey(settings),
            login(settings),
            settings.connections(),
            settings.allowUnsynced()));
  }

  private static HostKey hostKey(SftpSettings settings) {
    return settings
        .hostKey()
        .<HostKey>map(HostKey.Pinned::new)
        .orElseGet(() ->
            new HostKey.KnownHosts(
                settings.knownHostsFile().orElseGet(() -> usual().resolve("known_hosts"))));
  }

  private static Login login(SftpSettings settings) {
    if (settings.password().isPresent()) {
      SecretReference password = settings.password().get();
      return new Login.Password(() -> Secrets.read(password));
    }
    List<Path> keys =
        settings
            .identityFile()
            .map(List::of)
            .orElseGet(() -> USUAL_KEYS.stream().map(usual()::resolve).toList());
    return new Login.Identity(
        keys, settings.passphrase().map(reference -> () -> Secrets.read(reference)));
  }

  /** Where ssh keeps what belongs to the user who runs this. */
  private static Path usual() {
    return Path.of(System.getProperty("user.home", "/"), ".ssh");
  }
}
