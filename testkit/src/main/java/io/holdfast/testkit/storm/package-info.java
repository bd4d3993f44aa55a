/** Everything that changes a cluster's files, at random and repeatable: for oracle tests. */
@NullMarked
package io.holdfast.testkit.storm;

import org.jspecify.annotations.NullMarked;
