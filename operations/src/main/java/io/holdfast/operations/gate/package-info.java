/**
 * The gate: whether backups are as fresh, as near, as often and as proven as somebody demands, from
 * the repository alone and within seconds.
 */
@org.jspecify.annotations.NullMarked
package io.holdfast.operations.gate;
