/**
 * Proof: a backup counts when it has been restored. {@link io.holdfast.operations.proof.Prove}
 * climbs the ladder and writes down what it found; {@link io.holdfast.operations.proof.Proofs}
 * keeps that with the backup.
 */
@org.jspecify.annotations.NullMarked
package io.holdfast.operations.proof;
