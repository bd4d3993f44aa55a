/** Reads a data directory through the server that has it open. */
@NullMarked
package io.holdfast.postgres.agentless;

import org.jspecify.annotations.NullMarked;
