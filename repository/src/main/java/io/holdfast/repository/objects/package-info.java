/** Sealed objects: content under a name, each a container of its own. */
@NullMarked
package io.holdfast.repository.objects;

import org.jspecify.annotations.NullMarked;
