package io.holdfast.repository.sealing;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.UUID;

/**
 * Seals of an unencrypted repository: the first 16 bytes of SHA-256 over associated data and
 * content. Finds damage and mix-ups; does not stop a person who forges.
 */
final class ChecksumSealer implements Sealer {
  private final MessageDigest sha256;
  private final byte[] digest = new byte[32];
  private byte[] associated = {};

  ChecksumSealer() {
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java", e);
    }
  }

  @Override
  public void begin(UUID container, byte[] associated) {
    this.associated = associated;
  }

  @Override
  public void seal(int number, Span clear, Span content, byte[] out, int at) {
    digest(clear, content);
    System.arraycopy(content.bytes(), content.offset(), out, at, content.length());
    System.arraycopy(digest, 0, out, at + content.length(), SEAL);
  }

  @Override
  public boolean open(int number, Span clear, Span sealed, byte[] out, int at) {
    int length = sealed.length() - SEAL;
    digest(clear, new Span(sealed.bytes(), sealed.offset(), length));
    int seal = sealed.offset() + length;
    if (!Arrays.equals(digest, 0, SEAL, sealed.bytes(), seal, seal + SEAL)) {
      return false;
    }
    System.arraycopy(sealed.bytes(), sealed.offset(), out, at, length);
    return true;
  }

  private void digest(Span clear, Span content) {
    sha256.update(associated);
    sha256.update(clear.bytes(), clear.offset(), clear.length());
    sha256.update(content.bytes(), content.offset(), content.length());
    try {
      sha256.digest(digest, 0, digest.length);
    } catch (DigestException e) {
      throw new IllegalStateException("SHA-256 has 32 bytes", e);
    }
  }
}
