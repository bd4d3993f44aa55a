package io.holdfast.repository.sealing;

import io.holdfast.repository.format.LittleEndian;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM with a key per container. The nonce is the frame's number (4 bytes, then 8 zeros): it
 * cannot repeat, for a container's id is random and its frames are numbered.
 */
final class GcmSealer implements Sealer {
  private final Keyring keys;
  private final Cipher cipher;
  private final byte[] nonce = new byte[12];
  private byte[] associated = {};
  private SecretKey key = new SecretKeySpec(new byte[32], "AES");

  GcmSealer(Keyring keys) {
    this.keys = keys;
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every Java", e);
    }
  }

  @Override
  public void begin(UUID container, byte[] associated) {
    byte[] derived = keys.containerKey(container);
    this.key = new SecretKeySpec(derived, "AES");
    Arrays.fill(derived, (byte) 0);
    this.associated = associated;
  }

  @Override
  public void seal(int number, Span clear, Span content, byte[] out, int at) {
    try {
      start(Cipher.ENCRYPT_MODE, number, clear);
      cipher.doFinal(content.bytes(), content.offset(), content.length(), out, at);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("could not seal frame " + number, e);
    }
  }

  @Override
  public boolean open(int number, Span clear, Span sealed, byte[] out, int at) {
    try {
      start(Cipher.DECRYPT_MODE, number, clear);
      cipher.doFinal(sealed.bytes(), sealed.offset(), sealed.length(), out, at);
      return true;
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("could not open frame " + number, e);
    }
  }

  private void start(int mode, int number, Span clear) throws GeneralSecurityException {
    LittleEndian.putInt(nonce, 0, number);
    cipher.init(mode, key, new GCMParameterSpec(8 * SEAL, nonce));
    cipher.updateAAD(associated);
    cipher.updateAAD(clear.bytes(), clear.offset(), clear.length());
  }
}
