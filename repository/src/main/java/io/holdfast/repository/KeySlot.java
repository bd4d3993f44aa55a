package io.holdfast.repository;

import java.time.Instant;

/**
 * One way to open the repository.
 *
 * @param kind "passphrase", "x25519", or {@link #DAMAGED} for one that opens nothing any more and
 *     of which only the id is known
 * @param publicKey {@code hfpub1…} of an x25519 slot, else ""
 */
public record KeySlot(String id, String kind, String label, Instant created, String publicKey) {
  public static final String DAMAGED = "damaged";
}
