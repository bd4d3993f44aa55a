/** The commands, a class each: arguments in, one call into the operations, an answer out. */
@NullMarked
package io.holdfast.cli.command;

import org.jspecify.annotations.NullMarked;
