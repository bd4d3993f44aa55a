/** Taking logical backups: dumps of databases, with what belongs to them. */
@NullMarked
package io.holdfast.operations.dumping;

import org.jspecify.annotations.NullMarked;
