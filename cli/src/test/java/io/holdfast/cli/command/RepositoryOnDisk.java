package io.holdfast.cli.command;

import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** Encrypted repositories for commands to work on. */
final class RepositoryOnDisk {
  private RepositoryOnDisk() {}

  static void create(Path place, Path passphraseFile) throws IOException {
    String text = Files.readString(passphraseFile).strip();
    try (Storage storage = Storages.local(place);
        Secret secret = Secret.copyOf(text.getBytes(StandardCharsets.UTF_8))) {
      Repository.create(
              storage,
              new KeySource.Keys(List.of(secret), List.of()),
              "test",
              InstantSource.system())
          .close();
    }
  }
}
