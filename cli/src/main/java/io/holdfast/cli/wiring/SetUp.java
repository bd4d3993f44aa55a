package io.holdfast.cli.wiring;

import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.settings.KeySettings;
import io.holdfast.settings.NewSettings;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.settings.Secrets;
import io.holdfast.settings.Settings;
import io.holdfast.settings.SettingsFile;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
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
  private final NewSettings wanted;
  private final Rooms rooms;

  public SetUp(Path file, NewSettings wanted, Rooms rooms) {
    this.file = file;
    this.wanted = wanted;
    this.rooms = rooms;
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
      Optional<Path> newPassphraseFile) {}

  public Done run() {
    Optional<Path> passphrase = makePassphrase();
    boolean created = createRepository();
    NewFile.create(file, wanted.yaml());
    Settings settings = SettingsFile.load(file);
    try (OpenRepository opened = rooms.open(settings.repository())) {
      return new Done(
          settings, opened.repository().id(), created, opened.repository().encrypted(), passphrase);
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

  private boolean createRepository() {
    try (Storage storage = Storages.local(wanted.repository())) {
      if (Repository.exists(storage)) {
        // Whether the key opens it is found out before anything is written.
        rooms
            .open(new RepositorySettings(wanted.repository(), wanted.encryption(), wanted.key()))
            .close();
        return false;
      }
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
