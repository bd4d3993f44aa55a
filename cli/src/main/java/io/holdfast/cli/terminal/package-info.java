/**
 * What the user sees: answers on stdout, progress and failures on stderr. Knows no command and no
 * other room but the vocabulary.
 */
@NullMarked
package io.holdfast.cli.terminal;

import org.jspecify.annotations.NullMarked;
