/**
 * What monitoring is told. Looking costs requests of a repository and is done now and then; telling
 * what the last look saw costs nothing and is done at each scrape.
 *
 * <p>Architecture invariant: knows no settings, no commands, no files of a person; what it looks at
 * is handed in.
 */
@NullMarked
package io.holdfast.metrics;

import org.jspecify.annotations.NullMarked;
