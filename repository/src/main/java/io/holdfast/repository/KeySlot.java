package io.holdfast.repository;

import java.time.Instant;

/**
 * One way to open the repository.
 *
 * @param kind "passphrase" or "x25519"
 */
public record KeySlot(String id, String kind, String label, Instant created, String publicKey) {}
