package io.holdfast.sftp;

import io.holdfast.vocabulary.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a directory on an SFTP server is, and how one gets there.
 *
 * @param path absolute, or from the directory in which the user is after login
 * @param connections at most, at once
 * @param allowUnsynced whether a server may be written to that cannot be told to sync to disk
 */
public record SftpSite(
    String host,
    int port,
    String user,
    String path,
    HostKey hostKey,
    Login login,
    int connections,
    boolean allowUnsynced) {
  public static final int PORT = 22;

  /** How the server proves who it is. An unknown server is never trusted. */
  public sealed interface HostKey {
    /** As OpenSSH keeps them. */
    record KnownHosts(Path file) implements HostKey {}

    /**
     * @param line {@code ssh-ed25519 AAAA…}
     */
    record Pinned(String line) implements HostKey {}
  }

  /** How we prove who we are. */
  public sealed interface Login {
    /**
     * @param files private keys; those that are missing are left out
     */
    record Identity(List<Path> files, Optional<SecretSource> passphrase) implements Login {
      public Identity {
        files = List.copyOf(files);
      }
    }

    record Password(SecretSource source) implements Login {}
  }

  /** Fetches a secret when a connection is made. */
  public interface SecretSource {
    /** The caller closes it. */
    Secret fetch();
  }

  /** For messages. */
  public String description() {
    String place = path.startsWith("/") ? path : "/~/" + path;
    return "sftp://" + user + "@" + address() + place;
  }

  /** Host, and port where it is not the usual one. */
  public String address() {
    return (host.contains(":") ? "[" + host + "]" : host) + (port == PORT ? "" : ":" + port);
  }
}
