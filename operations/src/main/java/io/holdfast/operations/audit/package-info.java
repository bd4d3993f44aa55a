/**
 * Who did what with the repository: records beside what they are about, added and never changed.
 */
@NullMarked
package io.holdfast.operations.audit;

import org.jspecify.annotations.NullMarked;
