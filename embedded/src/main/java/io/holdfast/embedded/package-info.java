/**
 * A real PostgreSQL server out of a jar, for the demo and the tests. Owns what it starts and
 * nothing else. PostgreSQL refuses to run as root, so root's servers run as another user ({@link
 * io.holdfast.embedded.ServerAccount}).
 */
@NullMarked
package io.holdfast.embedded;

import org.jspecify.annotations.NullMarked;
