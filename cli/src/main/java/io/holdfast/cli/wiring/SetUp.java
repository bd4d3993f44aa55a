package io.holdfast.cli.wiring;

import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.settings.KeySettings;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.NewSettings;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.settings.Secrets;
import io.holdfast.settings.Settings;
import io.holdfast.settings.SettingsFile;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes a passphrase, a repository and a configuration, in this order, each only if it is missing:
 * interrupted anywhere, it can be run again.
 */
public final class SetUp {
  private static final int PASSPHRASE_BYTES = 24;

  private final Path file;
  private final RepositorySettings wanted;
  private final Optional<String> newFile;
  private final Rooms rooms;

  private SetUp(Path file, RepositorySettings wanted, Optional<String> newFile, Rooms rooms) {
    this.file = file;
    this.wanted = wanted;
    this.newFile = newFile;
    this.rooms = rooms;
  }

  /** Of settings that are to be written into a file which does not exist. */
  public static SetUp fresh(Path file, NewSettings settings, Rooms rooms) {
    return new SetUp(
        file,
        new RepositorySettings(settings.repository(), settings.encryption(), settings.key()),
        Optional.of(settings.yaml()),
        rooms);
  }

  /** Of a file that somebody has written. */
  public static SetUp existing(Path file, Rooms rooms) {
    return new SetUp(file, SettingsFile.load(file).repository(), Optional.empty(), rooms);
  }

  /**
   * @param settings as read back from the file
   * @param created false if the repository was there already
   */
  public record Done(
      Settings settings,
      UUID repositoryId,
      boolean created,
      boolean encrypted,
      boolean wrote,
      Optional<Path> newPassphraseFile) {}

  public Done run() {
    Optional<Path> passphrase = makePassphrase();
    boolean created = createRepository();
    rooms.foundFurther(wanted);
    newFile.ifPresent(yaml -> NewFile.create(file, yaml));
    Settings settings = SettingsFile.load(file);
    try (OpenRepository opened = rooms.open(settings.repository())) {
      return new Done(
          settings,
          opened.repository().id(),
          created,
          opened.repository().encrypted(),
          newFile.isPresent(),
          passphrase);
    }
  }

  private Optional<Path> makePassphrase() {
    if (wanted.key().orElse(null) instanceof KeySettings.PassphraseFile(Path path)
        && Files.notExists(path)) {
      byte[] random = new byte[PASSPHRASE_BYTES];
      new SecureRandom().nextBytes(random);
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
      try (Secret secret = Secret.copyOf(text.getBytes(StandardCharsets.US_ASCII))) {
        NewFile.createPrivate(path, secret);
      }
      return Optional.of(path);
    }
    return Optional.empty();
  }

  /** A first site that is empty is one that was lost, if another one has the repository. */
  private void requireNoneElsewhere() {
    String first = wanted.sites().getFirst().name();
    for (NamedSite other : wanted.sites().subList(1, wanted.sites().size())) {
      try (Storage storage = rooms.storage(other)) {
        if (Repository.exists(storage)) {
          throw new HoldfastException(
              ExitStatus.REFUSED,
              "could not create a repository: expected every site to be empty, found none on "
                  + first
                  + " and one on "
                  + other.name(),
              "Is the file system of "
                  + first
                  + " mounted? If what it had is gone: `holdfast sync "
                  + first
                  + " --from "
                  + other.name()
                  + "` brings it back.");
        }
      } catch (StorageException e) {
        // Whether it is needed is asked when it is set up.
      }
    }
  }

  private boolean createRepository() {
    try (Storage storage = rooms.storage(wanted.sites().getFirst())) {
      if (Repository.exists(storage)) {
        // Whether the key opens it is found out before anything is written.
        rooms.open(wanted).close();
        return false;
      }
      requireNoneElsewhere();
      if (wanted.key().isEmpty()) {
        rooms.create(storage, new KeySource.None());
      } else {
        try (Secret secret = Secrets.read(wanted.key().get())) {
          rooms.create(storage, Rooms.keys(wanted.key().get(), secret));
        }
      }
      return true;
    }
  }
}
