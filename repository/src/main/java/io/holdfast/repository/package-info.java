/**
 * Where backups rest: chunks in packs, manifests that name them, sealed objects, key slots, leases.
 * The front of the room is this package; sub-packages are private to it.
 *
 * <p>Architecture invariant: knows no PostgreSQL. What a backup means is a JSON document that this
 * room keeps without reading it.
 */
@NullMarked
package io.holdfast.repository;

import org.jspecify.annotations.NullMarked;
