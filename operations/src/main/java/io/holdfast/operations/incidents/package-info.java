/** Where it is noted what was told of incidents: in the repository, beside what they are about. */
@NullMarked
package io.holdfast.operations.incidents;

import org.jspecify.annotations.NullMarked;
