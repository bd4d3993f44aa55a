@org.jspecify.annotations.NullMarked
package io.holdfast.s3.objects;
