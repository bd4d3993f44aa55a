package io.holdfast.api;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** One that lets somebody in. Of the token itself only its hash is kept. */
public final class Token {
  /** Nobody guesses that many letters, so that no right token need ever be locked out. */
  public static final int SHORTEST = 32;

  private static final int LONGEST = 256;

  private final String name;
  private final Right right;
  private final byte[] hash;

  private Token(String name, Right right, byte[] hash) {
    this.name = name;
    this.right = right;
    this.hash = hash;
  }

  /**
   * @param name noted with what is done with it
   * @param secret still the caller's
   * @throws HoldfastException (usage) if it is too short, or cannot stand in a header. Says nothing
   *     of the token itself.
   */
  public static Token of(String name, Right right, Secret secret) {
    byte[] bytes = secret.bytes();
    try {
      if (bytes.length < SHORTEST || bytes.length > LONGEST || !canStandInAHeader(bytes)) {
        throw new HoldfastException(
            ExitStatus.USAGE,
            "could not use the token '"
                + name
                + "' of the API: expected "
                + SHORTEST
                + " to "
                + LONGEST
                + " letters, digits and -._~+/= , found something else",
            "Make a good one with: openssl rand -hex 32");
      }
      return new Token(name, right, sha256(bytes));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** token68 of RFC 9110. */
  private static boolean canStandInAHeader(byte[] bytes) {
    for (byte each : bytes) {
      boolean letter = (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z');
      if (!letter && !(each >= '0' && each <= '9') && "-._~+/=".indexOf(each) < 0) {
        return false;
      }
    }
    return true;
  }

  public String name() {
    return name;
  }

  public Right right() {
    return right;
  }

  /** Takes as long whether it is so or not. */
  public boolean hasHash(byte[] other) {
    return MessageDigest.isEqual(hash, other);
  }

  boolean isTheSameAs(Token other) {
    return hasHash(other.hash);
  }

  public static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
