package io.holdfast.repository;

import java.time.Instant;

/**
 * Who holds a lease.
 *
 * @param purpose for people, such as "backup 20261122T081700Z-k3f9"
 */
public record LeaseHolder(
    String host, long pid, String purpose, Instant acquired, Instant expires) {}
