/** Keys, and what is sealed with them: derivation, key slots, frames. Knows no storage. */
@NullMarked
package io.holdfast.repository.sealing;

import org.jspecify.annotations.NullMarked;
