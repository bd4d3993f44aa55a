/**
 * Physical replication. pgjdbc connects, authenticates and encrypts; from then on the protocol is
 * spoken here, because the driver cannot follow a timeline switch.
 */
@NullMarked
package io.holdfast.postgres.replication;

import org.jspecify.annotations.NullMarked;
