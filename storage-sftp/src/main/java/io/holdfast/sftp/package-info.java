/**
 * A directory on an SFTP server as a site. The only room that knows the SSH library, which is
 * loaded when such a site is configured and not before.
 *
 * <p>Architecture invariant: knows no chunks, no backups, no PostgreSQL, no settings.
 */
@NullMarked
package io.holdfast.sftp;

import org.jspecify.annotations.NullMarked;
