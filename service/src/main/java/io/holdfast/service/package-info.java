/**
 * The process that runs for months: what is due, who runs it, who receives WAL. Architecture
 * invariants: commands are words here, run as processes of their own; all that must outlive the
 * process lies in the repository; nothing that fails ends the loop.
 */
@NullMarked
package io.holdfast.service;

import org.jspecify.annotations.NullMarked;
