/**
 * A bucket as a site. The only room that knows Amazon's SDK, which is loaded when a bucket is
 * configured and not before.
 *
 * <p>Architecture invariant: knows no chunks, no backups, no PostgreSQL, no settings.
 */
@NullMarked
package io.holdfast.s3;

import org.jspecify.annotations.NullMarked;
