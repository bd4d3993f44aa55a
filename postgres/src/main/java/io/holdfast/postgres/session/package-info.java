/**
 * SQL connections: from libpq's words to pgjdbc's, and what is asked over them. pgjdbc does
 * authentication and TLS; sockets in the file system, service files and password files are ours,
 * because its own do not follow libpq there.
 */
@NullMarked
package io.holdfast.postgres.session;

import org.jspecify.annotations.NullMarked;
