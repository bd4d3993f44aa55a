/**
 * Which of several nodes starts what is due, chosen through a PostgreSQL database of their own.
 * Architecture invariant: nothing here is needed for what is true. Rows of the database are offers,
 * which can be lost, doubled or outdated; whether something runs is decided by the records and
 * leases of the repository.
 */
@NullMarked
package io.holdfast.sharing;

import org.jspecify.annotations.NullMarked;
