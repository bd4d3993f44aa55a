package io.holdfast.settings.secret;

import io.holdfast.vocabulary.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * A secret in a file. The rule for its mode is the one PostgreSQL has for the server's private key
 * (be-secure-common.c): readable by the owner only, or owned by root and readable by its group.
 */
public final class FileSecret {
  private static final Set<PosixFilePermission> FORBIDDEN =
      EnumSet.of(
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  private FileSecret() {}

  public static Secret read(Path path) {
    String source = path.toString();
    try (InputStream in = Files.newInputStream(path)) {
      if (Files.isDirectory(path)) {
        throw SecretBytes.failure(source, "expected a file, found a directory", null, null);
      }
      checkMode(path);
      return SecretBytes.from(in, source);
    } catch (NoSuchFileException e) {
      throw SecretBytes.failure(source, "there is no such file", null, e);
    } catch (AccessDeniedException e) {
      throw SecretBytes.failure(
          source,
          "permission denied",
          "This runs as '" + System.getProperty("user.name") + "', who may not read it.",
          e);
    } catch (IOException e) {
      throw SecretBytes.failure(source, String.valueOf(e.getMessage()), null, e);
    }
  }

  private static void checkMode(Path path) throws IOException {
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
    Set<PosixFilePermission> tooMuch = EnumSet.copyOf(FORBIDDEN);
    if (!Integer.valueOf(0).equals(Files.getAttribute(path, "unix:uid"))) {
      tooMuch.add(PosixFilePermission.GROUP_READ);
    }
    tooMuch.retainAll(mode);
    if (!tooMuch.isEmpty()) {
      throw SecretBytes.failure(
          path.toString(),
          "others than its owner may use it: its mode is " + PosixFilePermissions.toString(mode),
          "Run: chmod 0600 " + path + " (or 0640 if it belongs to root).",
          null);
    }
  }
}
