/** PostgreSQL's client programs as child processes, and what is asked beside a dump. */
@NullMarked
package io.holdfast.postgres.dump;

import org.jspecify.annotations.NullMarked;
