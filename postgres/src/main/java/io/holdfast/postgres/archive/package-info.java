/** The bytes of archives that pg_dump writes and pg_restore reads. */
@NullMarked
package io.holdfast.postgres.archive;

import org.jspecify.annotations.NullMarked;
