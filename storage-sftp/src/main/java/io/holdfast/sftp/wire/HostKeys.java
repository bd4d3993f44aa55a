package io.holdfast.sftp.wire;

import io.holdfast.sftp.SftpSite;
import io.holdfast.sftp.SftpSite.HostKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;

/** The keys by which the server of a site is known. */
final class HostKeys {
  private final SftpSite site;
  private final List<PublicKey> known = new ArrayList<>();
  private final List<PublicKey> revoked = new ArrayList<>();

  private HostKeys(SftpSite site) {
    this.site = site;
  }

  /**
   * @throws RefusedException if there are none
   */
  static HostKeys of(SftpSite site) throws IOException {
    HostKeys keys = new HostKeys(site);
    switch (site.hostKey()) {
      case HostKey.Pinned(String line) -> keys.known.add(pinned(line));
      case HostKey.KnownHosts(Path file) -> keys.load(file);
    }
    if (keys.known.isEmpty()) {
      throw new RefusedException(
          "the key of " + site.address() + " is not known here", keys.learn());
    }
    return keys;
  }

  private static PublicKey pinned(String line) throws IOException {
    try {
      return PublicKeyEntry.parsePublicKeyEntry(line)
          .resolvePublicKey(null, null, PublicKeyEntryResolver.FAILING);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new RefusedException(
          "'host-key' is no public key: " + e.getMessage(),
          "Write it as ssh-keyscan prints it, without the host: 'ssh-ed25519 AAAA…'.");
    }
  }

  private void load(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    for (KnownHostEntry entry : KnownHostEntry.readKnownHostEntries(file)) {
      // A key is revoked wherever it is met; for the library "*" means the usual port only.
      if (entry.isHostMatch(site.host(), site.port())
          || (isRevocation(entry) && entry.isHostMatch(site.host(), SftpSite.PORT))) {
        add(entry);
      }
    }
  }

  private static boolean isRevocation(KnownHostEntry entry) {
    return "revoked".equals(entry.getMarker());
  }

  private void add(KnownHostEntry entry) throws IOException {
    AuthorizedKeyEntry line = entry.getKeyEntry();
    String marker = entry.getMarker();
    try {
      PublicKey key =
          line == null ? null : line.resolvePublicKey(null, PublicKeyEntryResolver.IGNORING);
      if (key == null) {
        return;
      }
      if (marker == null || marker.isEmpty()) {
        known.add(key);
      } else if (isRevocation(entry)) {
        revoked.add(key);
      }
    } catch (GeneralSecurityException e) {
      // A kind of key that cannot be read here; perhaps another one of this host can.
      return;
    }
  }

  /**
   * @throws RefusedException if it is another server's
   */
  void check(PublicKey found) throws RefusedException {
    if (revoked.stream().anyMatch(key -> KeyUtils.compareKeys(key, found))) {
      throw new RefusedException(
          "the key of " + site.address() + " is revoked: " + print(found),
          "Whoever holds it may be somebody else. Ask who runs the server.");
    }
    if (known.stream().noneMatch(key -> KeyUtils.compareKeys(key, found))) {
      throw new RefusedException(
          site.address()
              + " has another key than the one that is known: expected "
              + known.stream().map(HostKeys::print).collect(Collectors.joining(" or "))
              + ", found "
              + print(found),
          "Somebody may be in between. Only if you know that the server got a new key: " + learn());
    }
  }

  /** Which kinds of key to ask the server for, so that it shows one that is known. */
  Set<String> kinds() {
    return known.stream().map(KeyUtils::getKeyType).collect(Collectors.toSet());
  }

  private static String print(PublicKey key) {
    return KeyUtils.getKeyType(key) + " " + KeyUtils.getFingerPrint(key);
  }

  private String learn() {
    String port = site.port() == SftpSite.PORT ? "" : " -p " + site.port();
    String scan = "ssh-keyscan" + port + " " + site.host();
    return switch (site.hostKey()) {
      case HostKey.Pinned pinned ->
          "Write the new one as 'host-key', as '" + scan + "' prints it, after comparing it.";
      case HostKey.KnownHosts(Path file) ->
          "Look at the fingerprint on the server ('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub'"
              + " there), then add it to "
              + file
              + ": "
              + scan
              + " >>"
              + file;
    };
  }
}
