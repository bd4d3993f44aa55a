/** What is unusual about a backup, compared with those of its kind before it. */
@NullMarked
package io.holdfast.operations.anomalies;

import org.jspecify.annotations.NullMarked;
