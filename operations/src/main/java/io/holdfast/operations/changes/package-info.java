/**
 * Which blocks of which files changed between two moments, found in the WAL archive. Each segment's
 * answer is kept in the repository, so that no segment is read for it twice.
 */
@org.jspecify.annotations.NullMarked
package io.holdfast.operations.changes;
