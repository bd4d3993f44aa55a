/**
 * What was scheduled, and what became of it. It lies in the repository, so that every node and
 * every new host knows the same.
 */
@NullMarked
package io.holdfast.operations.runs;

import org.jspecify.annotations.NullMarked;
