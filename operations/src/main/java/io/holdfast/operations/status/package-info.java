/** What can be restored, said from the repository alone. */
@NullMarked
package io.holdfast.operations.status;

import org.jspecify.annotations.NullMarked;
