/** PostgreSQL's own programs on this machine, and servers started with them. */
@NullMarked
package io.holdfast.postgres.programs;

import org.jspecify.annotations.NullMarked;
