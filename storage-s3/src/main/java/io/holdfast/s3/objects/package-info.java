/** Storage's promises, kept over the requests that S3 has. */
@NullMarked
package io.holdfast.s3.objects;

import org.jspecify.annotations.NullMarked;
