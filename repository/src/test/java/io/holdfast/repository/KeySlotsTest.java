package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.CLOCK;
import static io.holdfast.repository.SampleRepository.PAIR;
import static io.holdfast.repository.SampleRepository.backup;
import static io.holdfast.repository.SampleRepository.found;
import static io.holdfast.repository.SampleRepository.id;
import static io.holdfast.repository.SampleRepository.keys;
import static io.holdfast.repository.SampleRepository.passphrase;
import static io.holdfast.repository.SampleRepository.read;
import static io.holdfast.repository.SampleRepository.readAll;
import static io.holdfast.repository.SampleRepository.reopen;
import static io.holdfast.repository.SampleRepository.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.format.KeySlotFormat;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KeySlotsTest {
  private final Storage storage = Storages.memory("slots");

  @Test
  void aPassphraseOpensWhatItFounded() {
    Repository.create(storage, passphrase("correct horse"), "safe", CLOCK).close();
    try (Repository repository = Repository.open(storage, passphrase("correct horse"), CLOCK)) {
      KeySlot slot = repository.keySlots().orElseThrow().openedBy();
      assertThat(slot.kind()).isEqualTo("passphrase");
      assertThat(slot.label()).isEqualTo("safe");
      assertThat(repository.encrypted()).isTrue();
    }
    assertThatThrownBy(() -> Repository.open(storage, passphrase("wrong horse"), CLOCK))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("none of those at hand opens it")
        .extracting(e -> ((HoldfastException) e).status())
        .isEqualTo(ExitStatus.USAGE);
    assertThatThrownBy(() -> Repository.open(storage, new KeySource.None(), CLOCK))
        .hasMessageContaining("none at hand");
  }

  @Test
  void aDamagedSlotIsToldFromAWrongKey() {
    found(storage, true).close();
    String slot = keys(storage, "keys").getFirst();
    overwrite(storage, slot, text(slot).replace("\"label\" : \"first\"", "\"label\" : \"fjrst\""));
    assertThatThrownBy(() -> reopen(storage, true))
        .isInstanceOf(RepositoryDamagedException.class)
        .hasMessageContaining("damaged")
        .hasMessageContaining(slot);
  }

  @Test
  void aDamagedSlotDoesNotKeepAnotherOneFromOpening() {
    KeyPairText second = KeyPairText.generate();
    String slot;
    try (Repository repository = found(storage, true)) {
      slot = repository.keySlots().orElseThrow().addRecipient(second.publicKey(), "b").id();
    }
    overwrite(storage, "keys/" + slot + ".json", new byte[10]);
    try (Repository repository = reopen(storage, true)) {
      KeySlots slots = repository.keySlots().orElseThrow();
      assertThat(slots.list()).extracting(KeySlot::kind).containsExactly("x25519", "damaged");
      assertThatThrownBy(() -> slots.remove(slots.openedBy().id()))
          .hasMessageContaining("the last");
      slots.remove(slot);
      assertThat(slots.list()).hasSize(1);
    }
  }

  @Test
  void aSlotOfANewerKindIsLeftAlone() {
    found(storage, true).close();
    overwrite(storage, "keys/0123456789abcdef.json", "{\"format\": 2, \"kind\": \"kms\"}");
    try (Repository repository = reopen(storage, true)) {
      assertThat(repository.keySlots().orElseThrow().list()).hasSize(1);
    }
  }

  @Test
  void slotsAreAddedAndRemovedWithoutTouchingBackups() {
    KeyPairText second = KeyPairText.generate();
    KeySource byText = new KeySource.Keys(List.of(), List.of(second.privateKey()));
    try (Repository repository = found(storage, true)) {
      backup(repository.cluster("main"), id(1), new byte[1000]);
      KeySlots slots = repository.keySlots().orElseThrow();
      String first = slots.openedBy().id();
      KeySlot added = slots.addRecipient(second.publicKey(), "colleague");
      assertThat(added.publicKey()).isEqualTo(second.publicKey());
      assertThat(slots.list()).extracting(KeySlot::label).contains("first", "colleague");
      slots.remove(first);
      assertThat(slots.list()).containsExactly(added);
    }
    assertThatThrownBy(() -> reopen(storage, true)).isInstanceOf(HoldfastException.class);
    try (Repository repository = Repository.open(storage, byText, CLOCK)) {
      readAll(repository.cluster("main").open(id(1)));
      repository.keySlots().orElseThrow().addPassphrase(secret("third"), "c");
    }
    Repository.open(storage, passphrase("third"), CLOCK).close();
  }

  @Test
  void theLastSlotStays() {
    try (Repository repository = found(storage, true)) {
      KeySlots slots = repository.keySlots().orElseThrow();
      assertThatThrownBy(() -> slots.remove(slots.openedBy().id()))
          .hasMessageContaining("the last")
          .extracting(e -> ((HoldfastException) e).status())
          .isEqualTo(ExitStatus.REFUSED);
      assertThatThrownBy(() -> slots.remove("0000000000000000"))
          .hasMessageContaining("no such slot");
    }
    reopen(storage, true).close();
  }

  @Test
  void aSlotOfAnotherRepositoryOpensNothing() {
    Storage elsewhere = Storages.memory("elsewhere");
    found(storage, true).close();
    found(elsewhere, true).close();
    String theirs = keys(elsewhere, "keys").getFirst();
    overwrite(storage, theirs, read(elsewhere, theirs));
    storage.delete(
        ObjectKey.of(
            keys(storage, "keys").stream()
                .filter(key -> !key.equals(theirs))
                .findFirst()
                .orElseThrow()));
    assertThatThrownBy(() -> reopen(storage, true)).isInstanceOf(RepositoryDamagedException.class);
  }

  @Test
  void aForgedRepositoryIdOfASlotIsFound() {
    Storage elsewhere = Storages.memory("elsewhere");
    Repository ours = found(storage, true);
    Repository other = found(elsewhere, true);
    String slot = keys(storage, "keys").getFirst();
    overwrite(storage, slot, text(slot).replace(ours.id().toString(), other.id().toString()));
    overwrite(storage, "holdfast.json", read(elsewhere, "holdfast.json"));
    assertThatThrownBy(() -> reopen(storage, true)).isInstanceOf(RepositoryDamagedException.class);
  }

  @Test
  void aHostileSlotCannotExhaustMemory() {
    Repository.create(storage, passphrase("correct horse"), "safe", CLOCK).close();
    String slot = keys(storage, "keys").getFirst();
    var decoded = KeySlotFormat.decode(read(storage, slot), ObjectKey.of(slot)).orElseThrow();
    var hostile =
        new KeySlotFormat.Slot(
            decoded.identity(),
            new KeySlotFormat.Wrapping.Argon2id(2_000_000_000, 3, 1, new byte[16]),
            decoded.nonce(),
            decoded.wrapped(),
            decoded.check());
    overwrite(storage, slot, KeySlotFormat.encode(hostile));
    assertThatThrownBy(() -> Repository.open(storage, passphrase("correct horse"), CLOCK))
        .isInstanceOf(RepositoryDamagedException.class)
        .hasMessageContaining("at most 65536 KiB");
  }

  /** Somebody who can write to the site, or a later version, must not lock out the others. */
  @Test
  void aSlotThatCannotBeUsedDoesNotKeepAnotherOneFromOpening() {
    Repository.create(storage, passphrase("correct horse"), "safe", CLOCK).close();
    String mine = keys(storage, "keys").getFirst();
    for (int memoryKiB : new int[] {2_000_000_000, 128}) {
      var decoded = KeySlotFormat.decode(read(storage, mine), ObjectKey.of(mine)).orElseThrow();
      var identity = decoded.identity();
      var forged =
          new KeySlotFormat.Slot(
              new KeySlotFormat.Identity(
                  identity.repository(),
                  identity.encryption(),
                  "0000000000000001",
                  identity.kind(),
                  identity.label(),
                  identity.created()),
              new KeySlotFormat.Wrapping.Argon2id(memoryKiB, 3, 1, new byte[16]),
              decoded.nonce(),
              decoded.wrapped(),
              decoded.check());
      overwrite(storage, "keys/0000000000000001.json", KeySlotFormat.encode(forged));
      Repository.open(storage, passphrase("correct horse"), CLOCK).close();
    }
    overwrite(storage, "keys/0000000000000001.json", new byte[Storage.SMALL + 1]);
    try (Repository repository = Repository.open(storage, passphrase("correct horse"), CLOCK)) {
      assertThat(repository.keySlots().orElseThrow().list())
          .extracting(KeySlot::kind)
          .containsExactly("passphrase", "damaged");
    }
  }

  @Test
  void aDowngradeToPlainTextIsRefused() {
    found(storage, true).close();
    Storage plain = Storages.memory("plain");
    found(plain, false).close();
    overwrite(storage, "holdfast.json", read(plain, "holdfast.json"));
    assertThatThrownBy(() -> Repository.open(storage, new KeySource.None(), CLOCK))
        .hasMessageContaining("says it is unencrypted")
        .extracting(e -> ((HoldfastException) e).status())
        .isEqualTo(ExitStatus.REFUSED);
  }

  @Test
  void aRepositoryIsNotFoundedTwice() {
    found(storage, true).close();
    assertThatThrownBy(() -> found(storage, true)).hasMessageContaining("found one");
    assertThatThrownBy(() -> found(storage, false)).hasMessageContaining("found one");
    assertThat(keys(storage, "keys")).hasSize(1);
    reopen(storage, true).close();
  }

  @Test
  void aPlaceWithoutRepositoryIsAUsageError() {
    assertThat(Repository.exists(storage)).isFalse();
    assertThatThrownBy(() -> reopen(storage, true))
        .hasMessageContaining("found no repository")
        .extracting(e -> ((HoldfastException) e).status())
        .isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void aNewerFormatIsRefused() {
    found(storage, true).close();
    overwrite(
        storage,
        "holdfast.json",
        text("holdfast.json")
            .replace("\"format\" : 1", "\"format\" : 2")
            .replace("\"minimumReader\" : 1", "\"minimumReader\" : 2"));
    assertThatThrownBy(() -> reopen(storage, true))
        .hasMessageContaining("needs format 2")
        .extracting(e -> ((HoldfastException) e).status())
        .isEqualTo(ExitStatus.REFUSED);
  }

  @Test
  void aNewerFormatThatWeMayReadIsReadOnly() {
    try (Repository repository = found(storage, true)) {
      backup(repository.cluster("main"), id(1), new byte[1000]);
    }
    overwrite(
        storage,
        "holdfast.json",
        text("holdfast.json").replace("\"format\" : 1", "\"format\" : 2"));
    try (Repository repository = reopen(storage, true)) {
      ClusterArchive cluster = repository.cluster("main");
      readAll(cluster.open(id(1)));
      assertThatThrownBy(() -> cluster.begin(id(2), WriteOptions.DEFAULT))
          .hasMessageContaining("newer format");
      assertThatThrownBy(() -> cluster.delete(id(1))).hasMessageContaining("newer format");
    }
  }

  @Test
  void typingErrorsInKeysAreFound() {
    String publicKey = PAIR.publicKey();
    assertThat(publicKey).startsWith("hfpub1");
    try (Repository repository = found(storage, true)) {
      KeySlots slots = repository.keySlots().orElseThrow();
      char last = publicKey.charAt(publicKey.length() - 1);
      String mistyped = publicKey.substring(0, publicKey.length() - 1) + (last == 'q' ? 'p' : 'q');
      assertThatThrownBy(() -> slots.addRecipient(mistyped, "x"))
          .hasMessageContaining("typing error");
    }
    KeySource wrong =
        new KeySource.Keys(List.of(), List.of(secret("HOLDFAST-SECRET-KEY-1QQQQQQQQ")));
    assertThatThrownBy(() -> Repository.open(storage, wrong, CLOCK))
        .hasMessageContaining("typing error")
        .message()
        .doesNotContain("QQQQ");
  }

  private String text(String key) {
    return new String(read(storage, key), StandardCharsets.UTF_8);
  }

  private static void overwrite(Storage storage, String key, String text) {
    SampleRepository.overwrite(storage, key, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void overwrite(Storage storage, String key, byte[] content) {
    SampleRepository.overwrite(storage, key, content);
  }
}
