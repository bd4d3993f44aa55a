/**
 * Named immutable bytes on a site. {@link io.holdfast.storage.Storage} is the narrow interface at
 * the bottom; everything else about a store (retry, limits, faults for tests) wraps it, one concern
 * per class.
 *
 * <p>Architecture invariant: knows no chunks, no backups, no PostgreSQL.
 */
@NullMarked
package io.holdfast.storage;

import org.jspecify.annotations.NullMarked;
