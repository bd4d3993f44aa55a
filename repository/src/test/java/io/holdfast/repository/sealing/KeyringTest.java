package io.holdfast.repository.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.sealing.Sealer.Span;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class KeyringTest {
  private static final UUID REPOSITORY = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
  private static final UUID CONTAINER = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
  private static final Span CLEAR = new Span(new byte[] {1, 2, 3}, 0, 3);

  private static byte[] master() {
    byte[] master = new byte[32];
    Arrays.fill(master, (byte) 7);
    return master;
  }

  /** RFC 5869, appendix A.1. */
  @Test
  void derivesAsTheStandardSays() {
    byte[] secret = new byte[22];
    Arrays.fill(secret, (byte) 0x0b);
    byte[] salt = HexFormat.of().parseHex("000102030405060708090a0b0c");
    byte[] info = HexFormat.of().parseHex("f0f1f2f3f4f5f6f7f8f9");
    assertThat(HexFormat.of().formatHex(Hkdf.derive(secret, salt, 42, "", info)))
        .isEqualTo(
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  }

  @Test
  void everyContainerAndRepositoryHasAKeyOfItsOwn() {
    Keyring keys = Keyring.encrypted(REPOSITORY, master());
    byte[] key = keys.containerKey(CONTAINER);
    assertThat(keys.containerKey(CONTAINER)).isEqualTo(key);
    assertThat(keys.containerKey(REPOSITORY)).isNotEqualTo(key);
    assertThat(Keyring.encrypted(CONTAINER, master()).containerKey(CONTAINER)).isNotEqualTo(key);
    assertThat(Keyring.encrypted(CONTAINER, master()).fingerprintSeed())
        .isNotEqualTo(keys.fingerprintSeed());
  }

  @Test
  void aClosedKeyringHasNoKeys() {
    Keyring keys = Keyring.encrypted(REPOSITORY, master());
    keys.close();
    assertThatThrownBy(() -> keys.containerKey(CONTAINER)).hasMessageContaining("closed");
  }

  @Test
  void aSealHoldsOnlyForItsNumberItsContainerAndItsClearBytes() {
    for (Keyring keys :
        new Keyring[] {Keyring.encrypted(REPOSITORY, master()), Keyring.unencrypted(REPOSITORY)}) {
      byte[] text = "content".getBytes(StandardCharsets.US_ASCII);
      byte[] sealed = new byte[text.length + Sealer.SEAL];
      Sealer sealer = keys.newSealer();
      sealer.begin(CONTAINER, new byte[] {9});
      sealer.seal(5, CLEAR, new Span(text, 0, text.length), sealed, 0);
      Sealer opener = keys.newSealer();
      opener.begin(CONTAINER, new byte[] {9});
      assertThat(opens(opener, 5, CLEAR, sealed)).isTrue();
      assertThat(opens(opener, 5, new Span(new byte[] {1, 2, 4}, 0, 3), sealed)).isFalse();
      opener.begin(CONTAINER, new byte[] {8});
      assertThat(opens(opener, 5, CLEAR, sealed)).isFalse();
      if (keys.encrypted()) {
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("content");
        opener.begin(CONTAINER, new byte[] {9});
        assertThat(opens(opener, 6, CLEAR, sealed)).isFalse();
        opener.begin(REPOSITORY, new byte[] {9});
        assertThat(opens(opener, 5, CLEAR, sealed)).isFalse();
      }
    }
  }

  @Test
  void aNumberIsSealedOncePerContainer() {
    Sealer sealer = Keyring.encrypted(REPOSITORY, master()).newSealer();
    byte[] out = new byte[3 + Sealer.SEAL];
    sealer.begin(CONTAINER, new byte[0]);
    sealer.seal(5, CLEAR, CLEAR, out, 0);
    assertThatThrownBy(() -> sealer.seal(5, CLEAR, CLEAR, out, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  private static boolean opens(Sealer opener, int number, Span clear, byte[] sealed) {
    return opener.open(
        number, clear, new Span(sealed, 0, sealed.length), new byte[sealed.length], 0);
  }
}
