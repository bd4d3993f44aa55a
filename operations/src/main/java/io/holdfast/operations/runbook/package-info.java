/**
 * What to do in an emergency, for one cluster, with its own names, places and times: a page that is
 * written beside the backups, and whose commands a drill carries out.
 */
@org.jspecify.annotations.NullMarked
package io.holdfast.operations.runbook;
