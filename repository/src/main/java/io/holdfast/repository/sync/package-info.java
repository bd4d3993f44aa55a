/** Brings one site of a repository to hold what another one holds. */
@org.jspecify.annotations.NullMarked
package io.holdfast.repository.sync;
