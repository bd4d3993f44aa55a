/**
 * One request and what becomes of it: the client, its keys, repeated attempts, failures in words.
 */
@NullMarked
package io.holdfast.s3.wire;

import org.jspecify.annotations.NullMarked;
