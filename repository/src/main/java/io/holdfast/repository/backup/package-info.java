/** Backups: chunks into packs, files into sections, manifests; and back. */
@NullMarked
package io.holdfast.repository.backup;

import org.jspecify.annotations.NullMarked;
