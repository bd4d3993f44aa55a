package io.holdfast.repository.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.KeyPairText;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class RecipientsTest {
  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  /** RFC 7748, section 5.2. */
  @Test
  void agreesAsTheStandardSays() {
    byte[] scalar = hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
    byte[] point = hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
    assertThat(X25519.agree(scalar, point).orElseThrow())
        .isEqualTo(hex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"));
  }

  @Test
  void theTextOfAKeyPairIsReadAsItWasWritten() {
    KeyPairText pair = KeyPairText.generate();
    assertThat(pair.publicKey()).matches("hfpub1[a-z0-9]{58}");
    String text = new String(pair.privateKey().bytes(), StandardCharsets.US_ASCII);
    assertThat(text).matches("HOLDFAST-SECRET-KEY-1[A-Z0-9]{58}");
    assertThat(Recipients.publicKey(pair.privateKey())).isEqualTo(pair.publicKey());
    assertThat(Recipients.format(Recipients.parsePublic(pair.publicKey() + "\n")))
        .isEqualTo(pair.publicKey());
  }

  @Test
  void everyWrongLetterIsFound() {
    String text = KeyPairText.generate().publicKey();
    for (int i = 0; i < text.length(); i++) {
      for (char letter : "q7z1A-".toCharArray()) {
        if (text.charAt(i) != letter) {
          String wrong = text.substring(0, i) + letter + text.substring(i + 1);
          assertThatThrownBy(() -> Recipients.parsePublic(wrong))
              .isInstanceOf(HoldfastException.class);
        }
      }
    }
  }

  /** Valid checksums given in BIP 173. */
  @Test
  void bech32IsThatOfTheStandard() {
    assertThat(Bech32.encode("a", new byte[0])).isEqualTo("a12uel5l");
    String vector = "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw";
    byte[] bytes = Bech32.decode("abcdef", vector, 20).orElseThrow();
    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo("00443214c74254b635cf84653a56d7c675be77df");
    assertThat(Bech32.decode("abcdef", vector.toUpperCase(Locale.ROOT), 20)).isPresent();
    assertThat(Bech32.decode("abcdef", vector.replace("qpzry", "QPZRY"), 20)).isEmpty();
  }

  @Test
  void pointsOfSmallOrderAgreeOnNothing() {
    assertThat(X25519.agree(X25519.newPrivateKey(), new byte[32])).isEmpty();
    byte[] one = new byte[32];
    one[0] = 1;
    assertThat(X25519.agree(X25519.newPrivateKey(), one)).isEmpty();
  }

  @Test
  void bothSidesAgree() {
    byte[] one = X25519.newPrivateKey();
    byte[] other = X25519.newPrivateKey();
    assertThat(X25519.agree(one, X25519.publicKey(other)).orElseThrow())
        .isEqualTo(X25519.agree(other, X25519.publicKey(one)).orElseThrow());
  }
}
