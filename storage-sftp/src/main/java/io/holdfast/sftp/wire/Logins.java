package io.holdfast.sftp.wire;

import io.holdfast.sftp.SftpSite;
import io.holdfast.sftp.SftpSite.Login;
import io.holdfast.sftp.SftpSite.SecretSource;
import io.holdfast.vocabulary.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.sshd.client.auth.UserAuthFactory;
import org.apache.sshd.client.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.apache.sshd.client.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/** Shows the server who we are. Reads keys and passwords each time, so that new ones count. */
final class Logins {
  private final SftpSite site;

  Logins(SftpSite site) {
    this.site = site;
  }

  /** Nothing but what the site says is tried. */
  List<UserAuthFactory> methods() {
    return switch (site.login()) {
      case Login.Identity identity -> List.of(UserAuthPublicKeyFactory.INSTANCE);
      case Login.Password password ->
          List.of(UserAuthPasswordFactory.INSTANCE, UserAuthKeyboardInteractiveFactory.INSTANCE);
    };
  }

  void prepare(ClientSession session) throws IOException {
    switch (site.login()) {
      case Login.Identity(List<Path> files, Optional<SecretSource> passphrase) ->
          addKeys(session, files, passphrase);
      case Login.Password(SecretSource source) -> session.addPasswordIdentity(text(source));
    }
  }

  private void addKeys(ClientSession session, List<Path> files, Optional<SecretSource> passphrase)
      throws IOException {
    List<Path> there = files.stream().filter(Files::exists).toList();
    if (there.isEmpty()) {
      throw new RefusedException(
          "there is no private key to log in with: "
              + files.stream().map(Path::toString).collect(Collectors.joining(", "))
              + " does not exist",
          "Make one with ssh-keygen and put its public half into the server's authorized_keys, or"
              + " name another with 'identity-file'.");
    }
    for (Path file : there) {
      for (KeyPair key : load(file, passphrase)) {
        session.addPublicKeyIdentity(key);
      }
    }
  }

  private static Iterable<KeyPair> load(Path file, Optional<SecretSource> passphrase)
      throws IOException {
    FilePasswordProvider words =
        (context, resource, retry) -> {
          if (passphrase.isEmpty()) {
            throw new RefusedException(
                "the private key " + file + " is locked with a passphrase",
                "Say where it is: 'passphrase-file', -env or -command below 'sftp:'.");
          }
          return retry > 0 ? null : text(passphrase.get());
        };
    NamedResource name = file::toString;
    try (InputStream in = Files.newInputStream(file)) {
      Iterable<KeyPair> keys = SecurityUtils.loadKeyPairIdentities(null, name, in, words);
      if (keys == null || !keys.iterator().hasNext()) {
        throw unreadable(file, "no private key was found in it");
      }
      return keys;
    } catch (RefusedException e) {
      throw e;
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw unreadable(file, passphrase.isPresent() ? "is the passphrase right?" : reason(e));
    }
  }

  private static RefusedException unreadable(Path file, String why) {
    return new RefusedException(
        "could not read the private key " + file + ": " + why,
        "It has to be in the form that ssh-keygen writes, and readable for the user '"
            + System.getProperty("user.name", "?")
            + "'.");
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static String text(SecretSource source) {
    try (Secret secret = source.fetch()) {
      byte[] bytes = secret.bytes();
      try {
        return new String(bytes, StandardCharsets.UTF_8);
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    }
  }

  RefusedException refused() {
    String who = "the user " + site.user() + " of " + site.address();
    return switch (site.login()) {
      case Login.Identity(List<Path> files, var passphrase) ->
          new RefusedException(
              "the server does not let in " + who + " with this key",
              "Is the public half of "
                  + files.stream()
                      .filter(Files::exists)
                      .map(Path::toString)
                      .collect(Collectors.joining(" or "))
                  + " in the authorized_keys of that user, and nobody else able to write there?"
                  + " Look at the server's log.");
      case Login.Password password ->
          new RefusedException(
              "the server does not let in " + who + " with this password",
              "Look at the password options below 'sftp:', and whether the server takes passwords at"
                  + " all; keys are better.");
    };
  }
}
