/**
 * The first two rungs of the ladder of proof: <em>stored</em> (every object of a backup is there)
 * and <em>intact</em> (what is there reads back, authentic and with right page checksums). A report
 * claims what was run and nothing more.
 */
@NullMarked
package io.holdfast.operations.verify;

import org.jspecify.annotations.NullMarked;
