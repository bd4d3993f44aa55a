package io.holdfast.settings;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A directory on an SFTP server.
 *
 * @param path without '/' at its end; one that does not start with '/' is below the directory in
 *     which the user is after login
 * @param hostKey by which the server is known; empty: {@code knownHostsFile} tells
 * @param knownHostsFile empty: {@code ~/.ssh/known_hosts}
 * @param identityFile a private key; empty: those that ssh looks for
 * @param passphrase of the private key
 * @param password instead of a key
 * @param connections at most, at once
 * @param allowUnsynced whether a server may be used that cannot be told to sync to disk
 */
public record SftpSettings(
    String host,
    int port,
    String user,
    String path,
    Optional<String> hostKey,
    Optional<Path> knownHostsFile,
    Optional<Path> identityFile,
    Optional<SecretReference> passphrase,
    Optional<SecretReference> password,
    int connections,
    boolean allowUnsynced)
    implements SiteSettings {
  public static final int PORT = 22;
  public static final int CONNECTIONS = 4;

  @Override
  public String description() {
    String name = host.contains(":") ? "[" + host + "]" : host;
    return "sftp://"
        + user
        + "@"
        + name
        + (port == PORT ? "" : ":" + port)
        + (path.startsWith("/") ? path : "/~/" + path);
  }
}
