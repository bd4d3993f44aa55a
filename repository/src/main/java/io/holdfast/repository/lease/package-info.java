/** Leases: locks in the repository, with a holder and an expiry. */
@NullMarked
package io.holdfast.repository.lease;

import org.jspecify.annotations.NullMarked;
