/**
 * The words every room shares: failures and exit statuses, names, byte sizes, secrets, progress,
 * and how several things are asked for at once. Architecture invariant: no I/O here, and no
 * knowledge of PostgreSQL, of storage or of backups.
 */
@NullMarked
package io.holdfast.vocabulary;

import org.jspecify.annotations.NullMarked;
